/** What this package reads of other nodes and of its own folder, for those who test that reading alone. */
export { readNode } from './data/node-keys.ts';
export { parseProof } from './link/proof.ts';
export { readBtParams, readBtReply, writeBtParams, writeBtReply } from './omq/bt-rpc.ts';
export { decodeOnionDict, encodeOnionDict } from './omq/onion-dict.ts';
export { readSubscription } from './omq/read-subscription.ts';
export { readRpc } from './omq/serve-client.ts';
export { readBatch } from './omq/take-batch.ts';
export { formatQuestion, parseQuestion } from './reachability/holds.ts';
export { formatBallot, parseBallot } from './registry/ballot.ts';
export { entryOf } from './rpc/ask-swarm.ts';
export { judgeOperation } from './rpc/judge-remembered.ts';
export type { NewMessage } from './store/messages.ts';
export type { NodeStore } from './store/node-store.ts';
export { openNodeStore } from './store/node-store.ts';
export { OpenedLayers } from './store/opened-layers.ts';
export { describeOperation } from './store/operation.ts';
export { judgeItem } from './sync/judge-item.ts';
export type { SyncItem } from './sync/sync-item.ts';
export { decodeItem, encodeItem } from './sync/sync-item.ts';
export type { SyncRequest } from './sync/sync-wire.ts';
export {
  decodeFates,
  decodeIdsReply,
  decodeItemsReply,
  decodeSummaryReply,
  decodeSyncRequest,
  encodeFates,
  encodeIdsReply,
  encodeItemsReply,
  encodeSummaryReply,
  encodeSyncRequest,
} from './sync/sync-wire.ts';
