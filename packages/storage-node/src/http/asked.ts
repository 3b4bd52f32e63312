import type { Bytes } from '@sotto/bytes';
import type { Leaving } from '@sotto/frames';

/** One request that has been read. */
export interface Asked {
  readonly body: Bytes;
  /** Address of the other end. */
  readonly from: string;
  /** Aborted when the other end goes away before its answer. */
  readonly signal: Leaving;
  /** Count bytes that are held until the answer has gone; false when there is no room for them. */
  hold(bytes: number): boolean;
  /** Called when it waits for mail, and for no work of this node. */
  waits?(): void;
}
