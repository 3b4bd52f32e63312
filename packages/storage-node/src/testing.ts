/** What this package reads of other nodes and of its own folder, for those who test that reading alone. */
export { readNode } from './data/node-keys.ts';
export { AnsweredFrames } from './link/answer-frames.ts';
export { type Part, PartReader } from './link/parts.ts';
export { parseProof } from './link/proof.ts';
export { entryOf } from './rpc/ask-swarm.ts';
export type { NewMessage } from './store/messages.ts';
export type { NodeStore } from './store/node-store.ts';
export { openNodeStore } from './store/node-store.ts';
export { OpenedLayers } from './store/opened-layers.ts';
export { describeOperation } from './store/operation.ts';
