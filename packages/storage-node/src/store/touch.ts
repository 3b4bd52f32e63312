import { MAX_TTL } from '@sotto/protocol';

/** What an operation does to one target: to a message, to whole namespaces, or to a subaccount's token. */
export type TouchMode = 'delete' | 'set' | 'extend' | 'shorten' | 'revoke' | 'unrevoke';

export interface Touch {
  readonly mode: TouchMode;
  /** When the swarm was told so, milliseconds: what is about one message counts in this order. */
  readonly at: number;
  /** Decides between equal times, alike at every member: the operation's identity. */
  readonly order: string;
  /** Absent: all of them. */
  readonly namespace?: number | undefined;
  /**
   * Milliseconds. Of `delete`: only what its sender dates so or earlier; absent, whatever date. Of an expiry: the
   * new one. Of a revocation: when its owner signed it.
   */
  readonly value?: number | undefined;
}

/** What of a message decides whether it lives, and until when. */
export interface Lived {
  readonly namespace: number;
  readonly timestamp: number;
  readonly storedAt: number;
  /** As stored, before any `expire`. */
  readonly baseExpiry: number;
}

/**
 * A message lives iff no operation that deletes it is of the time when it was stored or later; its expiry is what
 * `expire` and `expire_all` later than that make of it, one after another. So it is the same at every member that
 * knows the same, whatever came first.
 */
export function lifeOf(message: Lived, touches: readonly Touch[]): { deleted: boolean; expiry: number } {
  const { namespace, timestamp, storedAt, baseExpiry } = message;
  const about = touches.filter((touch) => touch.namespace === undefined || touch.namespace === namespace);
  const deleted = about.some(
    ({ mode, at, value }) => mode === 'delete' && at >= storedAt && timestamp <= (value ?? Infinity),
  );
  const later = about.filter(({ mode, at }) => mode !== 'delete' && at > storedAt).sort(byTime);
  return { deleted, expiry: later.reduce(moved, baseExpiry) };
}

function moved(expiry: number, touch: Touch): number {
  const to = reach(touch);
  if (touch.mode === 'extend') return Math.max(expiry, to);
  return touch.mode === 'shorten' ? Math.min(expiry, to) : to;
}

/** No expiry is further than the longest life from when it was asked for. */
export function reach({ at, value = at }: Pick<Touch, 'at' | 'value'>): number {
  return Math.min(value, at + MAX_TTL);
}

export function byTime(one: Touch, other: Touch): number {
  if (one.at !== other.at) return one.at - other.at;
  return one.order < other.order ? -1 : one.order > other.order ? 1 : 0;
}

/** Whether nothing is lost when `other`, of another operation and about the same target, is forgotten beside `one`. */
export function covers(one: Touch, other: Touch): boolean {
  if (isRevocation(one) || isRevocation(other)) return isNewerWord(one, other);
  if (one.namespace !== undefined && one.namespace !== other.namespace) return false;
  if (byTime(one, other) < 0) return false;
  if (one.mode === 'delete') {
    // Whatever an earlier `expire` is about is deleted, when it is deleted whatever its date.
    return (one.value ?? Infinity) >= (other.mode === 'delete' ? (other.value ?? Infinity) : Infinity);
  }
  if (other.mode === 'delete') return false;
  if (one.mode === 'set') return true;
  if (one.mode !== other.mode) return false;
  return one.mode === 'extend' ? reach(one) >= reach(other) : reach(one) <= reach(other);
}

function isRevocation({ mode }: Touch): boolean {
  return mode === 'revoke' || mode === 'unrevoke';
}

/** By when the owner signed; of equal times revoking counts. */
function isNewerWord(one: Touch, other: Touch): boolean {
  const [mine, theirs] = [one.value ?? 0, other.value ?? 0];
  if (mine !== theirs) return mine > theirs;
  if (one.mode !== other.mode) return one.mode === 'revoke';
  return one.order > other.order;
}
