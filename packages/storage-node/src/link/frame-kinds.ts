import { LINK_PATH } from './paths.ts';

/** Kinds of messages on a link's stream of frames (docs/spec/storage-node.md, Links). */
export const FRAME = {
  onion: 1,
  storage: 2,
  /** Whoever asked does not wait for the answer any more. */
  cancel: 3,
  /** `status u16 ‖ body`. */
  reply: 4,
} as const;

const PATHS: ReadonlyMap<number, string> = new Map([
  [FRAME.onion, LINK_PATH.onion],
  [FRAME.storage, LINK_PATH.storage],
]);

/** The path whose body a message of this kind is; `undefined` for every other kind. */
export function pathOfKind(kind: number): string | undefined {
  return PATHS.get(kind);
}

/** How requests to this path go; `undefined` for those that have a stream of their own. */
export function kindOfPath(path: string): number | undefined {
  for (const [kind, of] of PATHS) if (of === path) return kind;
  return undefined;
}
