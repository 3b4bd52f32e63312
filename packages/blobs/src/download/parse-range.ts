import type { ByteRange } from '../blob-store.ts';

export type RangeOutcome =
  /** No range, or one that a server may leave aside: another unit, several, badly written (RFC 9110 §14.2). */
  | { readonly outcome: 'whole' }
  | { readonly outcome: 'part'; readonly range: ByteRange }
  /** It begins behind the end. */
  | { readonly outcome: 'outside' };

/** A `Range` header (RFC 9110 §14.1.2) of something so long. */
export function parseRange(header: string | undefined, size: number): RangeOutcome {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return { outcome: 'whole' };
  if (from === '') return partOf(Math.max(0, size - Number(to)), size - 1);
  const first = Number(from);
  const last = to === '' ? size - 1 : Number(to);
  if (to !== '' && last < first) return { outcome: 'whole' };
  return first >= size ? { outcome: 'outside' } : partOf(first, Math.min(last, size - 1));
}

/** The last none bytes of something are nowhere. */
function partOf(first: number, last: number): RangeOutcome {
  return first > last ? { outcome: 'outside' } : { outcome: 'part', range: { first, last } };
}
