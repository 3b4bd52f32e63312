import { FRAME, type RequestKind } from '@sotto/frames';
import { LINK_PATH } from './paths.ts';

const PATHS: Readonly<Record<RequestKind, string>> = {
  [FRAME.onion]: LINK_PATH.onion,
  [FRAME.storage]: LINK_PATH.storage,
};

/** The path whose body a message of this kind is. */
export function pathOfKind(kind: RequestKind): string {
  return PATHS[kind];
}

/** How requests to this path go; `undefined` for those that have a stream of their own. */
export function kindOfPath(path: string): RequestKind | undefined {
  if (path === LINK_PATH.onion) return FRAME.onion;
  return path === LINK_PATH.storage ? FRAME.storage : undefined;
}
