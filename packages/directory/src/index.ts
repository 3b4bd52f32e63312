export type { AcceptListOutcome, AcceptListRequest } from './accept-list.ts';
export { acceptList } from './accept-list.ts';
export type { AddressKind } from './address.ts';
export { kindOfAddress } from './address.ts';
export type { AskAroundRequest } from './ask-around.ts';
export { askAround } from './ask-around.ts';
export { assignSwarm, newSwarmId } from './assign-swarm.ts';
export { isChainSource } from './chain/source.ts';
export { decodeSignedList } from './decode-list.ts';
export type { NewListRequest } from './edit-list.ts';
export { newList, withNodes } from './edit-list.ts';
export { encodeSignedList, hashOfList } from './encode-list.ts';
export type { DirectoryErrorCode, ListRule } from './errors.ts';
export { DirectoryError } from './errors.ts';
export { formSwarms } from './form-swarms.ts';
export {
  IDEAL_SWARM_SIZE,
  MAX_NODES,
  MAX_SIGNED_LIST_BYTES,
  MAX_SIGNERS,
  NO_SWARM,
} from './limits.ts';
export { describeList, formatListFile, parseListFile } from './list-file.ts';
export type { NodeDescription } from './node-file.ts';
export { describeNode, parseNodeFile } from './node-file.ts';
export { parseServiceNodes, readServiceNodes } from './parse-service-nodes.ts';
export type { Agreement, Kept, Named, SeenRequest } from './seen-list.ts';
export { agreeOnNodes, isSeen, seenAgain, seenList } from './seen-list.ts';
export { signList } from './sign-list.ts';
export type { Swarm } from './swarm-for.ts';
export { swarmFor, swarmSpace, swarmsOf } from './swarm-for.ts';
export type {
  DirectoryNode,
  KnownNodes,
  ListSignature,
  NodeList,
  SignedList,
  SubnetRule,
} from './types.ts';
export type { Signers } from './verify-list.ts';
export { countSignatures, verifyList } from './verify-list.ts';
