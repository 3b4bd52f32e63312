export type { Attachment, AttachRequest } from './attach.ts';
export { attach } from './attach.ts';
export { checkProfile } from './check-profile.ts';
export type { NetworkChoice } from './networks.ts';
export { exportNetwork, resolveNetwork } from './networks.ts';
export type { DaemonRequest } from './run-daemon.ts';
export { runDaemon } from './run-daemon.ts';
