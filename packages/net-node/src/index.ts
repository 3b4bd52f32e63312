export type { NetErrorCode } from './errors.ts';
export { NetError } from './errors.ts';
export { nodeNet } from './node-net.ts';
export { openSocket } from './open-socket.ts';
