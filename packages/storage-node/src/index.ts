export type { NodeAddress } from './data/node-keys.ts';
export type { StorageNodeErrorCode } from './errors.ts';
export { StorageNodeError } from './errors.ts';
export type { Events, NodeEvent } from './events.ts';
export type { NodeFile } from './init-node.ts';
export { initNode } from './init-node.ts';
export type { NodeOptions, RunningNode } from './start-node.ts';
export { startNode } from './start-node.ts';
