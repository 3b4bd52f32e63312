export type { OnionErrorCode } from './errors.ts';
export { OnionError } from './errors.ts';
export { buildOnionRequest } from './layers/build-onion-request.ts';
export { isTimely } from './layers/is-timely.ts';
export type { NodeKeys } from './layers/node-keys.ts';
export { nodeKeysFromSeed } from './layers/node-keys.ts';
export { openServerRequest } from './layers/open-server-request.ts';
export { peelLayer } from './layers/peel-layer.ts';
export { readClientRequest } from './layers/read-client-request.ts';
export type { PathKeeperRequest } from './paths/path-keeper.ts';
export { PathKeeper } from './paths/path-keeper.ts';
export type {
  GuardView,
  Path,
  PathFailure,
  PathNode,
  PathNodes,
  PathSubnets,
  PathView,
  PathWish,
  RememberedGuard,
} from './paths/path-types.ts';
export { randomIndex } from './paths/pick-node.ts';
export { shuffle } from './paths/shuffle.ts';
export type * from './types.ts';
