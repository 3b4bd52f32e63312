/** Kinds of messages on a stream of frames (docs/spec/storage-node.md, Frames). */
export const FRAME = {
  onion: 1,
  storage: 2,
  /** Whoever asked does not wait for the answer any more. */
  cancel: 3,
  /** `status u16 ‖ body`. */
  reply: 4,
} as const;

/** What may be asked. */
export type RequestKind = typeof FRAME.onion | typeof FRAME.storage;

export function isRequestKind(kind: number): kind is RequestKind {
  return kind === FRAME.onion || kind === FRAME.storage;
}

/** Where a client opens the stream on which it asks its guard. */
export const CLIENT_FRAMES_PATH = '/sotto/client/v1/frames';
