export type { PathKeeperRequest } from './paths/path-keeper.ts';
export { PathKeeper } from './paths/path-keeper.ts';
export type {
  Path,
  PathFailure,
  PathNode,
  PathNodes,
  PathSubnets,
  PathView,
  PathWish,
  RememberedGuard,
} from './paths/path-types.ts';
export type * from './types.ts';
