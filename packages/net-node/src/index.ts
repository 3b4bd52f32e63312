export type { Way } from './dial.ts';
export type { NetErrorCode } from './errors.ts';
export { NetError } from './errors.ts';
export { nodeNet } from './node-net.ts';
export type { NetOptions } from './open-socket.ts';
export { openSocket } from './open-socket.ts';
export { postToGuard } from './post-to-guard.ts';
export type { ProxyAddress } from './proxy.ts';
export { parseProxy } from './proxy.ts';
