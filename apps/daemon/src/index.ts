export type { AppRunRequest } from './app/run-app.ts';
export type { Attachment, AttachRequest } from './attach.ts';
export { attach } from './attach.ts';
export { checkProfile } from './check-profile.ts';
export type { NetworkChoice } from './networks.ts';
export { isUnlocked } from './profile-folder.ts';
export type { DaemonRequest } from './run-daemon.ts';
export { runDaemon } from './run-daemon.ts';

/** Loaded when asked for: it brings the whole client along. */
export const loadApp = () => import('./app/run-app.ts');

/** Loaded when asked for: what brings sockets along. */
export const loadSeeds = () => import('./fetch-nodes.ts');

/** Loaded when asked for: it brings what reads a chain along. */
export const loadRegistry = () => import('./fetch-registry.ts');

/** Loaded when asked for: a command that only attaches needs none of what this brings along. */
export const loadNetworks = () => import('./networks.ts');
