import { type Bytes, BytesError, decodeBencodedList, encodeBencodedList, fromUtf8, utf8 } from '@sotto/bytes';
import { SYNC } from '../constants.ts';
import { DIGEST_BYTES } from './digest.ts';
import { bucketOf, compareIds, SYNC_BUCKETS, SYNC_ID_BYTES, splitIds } from './sync-id.ts';

/** What members say to each other to find out what one of them lacks (docs/spec/storage-node.md, "Catching up"). */
export type SyncRequest =
  /** Is this what you have, and if not, what is it, bucket by bucket? */
  | { readonly kind: 'summary'; readonly root: Bytes }
  /** What is in these buckets, ascending, behind this ID? */
  | { readonly kind: 'ids'; readonly buckets: readonly number[]; readonly after: Bytes | undefined }
  | { readonly kind: 'items'; readonly ids: readonly Bytes[] }
  /** I have these for you: which do you lack? */
  | { readonly kind: 'offer'; readonly ids: readonly Bytes[] }
  /** Here they are: which do you have now? */
  | { readonly kind: 'give'; readonly items: readonly Bytes[] };

const ROOT_BYTES = 32;
const NOTHING = new Uint8Array(0);

export function encodeSyncRequest(request: SyncRequest): Bytes {
  switch (request.kind) {
    case 'summary':
      return list(request.kind, request.root);
    case 'ids':
      return list(request.kind, joinBuckets(request.buckets), request.after ?? NOTHING);
    case 'items':
    case 'offer':
      return list(request.kind, Buffer.concat(request.ids));
    case 'give':
      return list(request.kind, ...request.items);
  }
}

/** `undefined` for anything that is no such request. */
export function decodeSyncRequest(body: Uint8Array): SyncRequest | undefined {
  const parts = partsOf(body, 1 + SYNC.itemsAtOnce);
  if (parts === undefined) return undefined;
  const [kind, first = NOTHING, second = NOTHING] = parts;
  switch (textOf(kind)) {
    case 'summary':
      return parts.length === 2 && first.length === ROOT_BYTES ? { kind: 'summary', root: first } : undefined;
    case 'ids': {
      const buckets = splitBuckets(first);
      const behind = second.length === 0 || second.length === SYNC_ID_BYTES;
      if (parts.length !== 3 || buckets === undefined || !behind) return undefined;
      return { kind: 'ids', buckets, after: second.length === 0 ? undefined : second };
    }
    case 'items':
      return parts.length === 2 ? withIds('items', first) : undefined;
    case 'offer':
      return parts.length === 2 ? withIds('offer', first) : undefined;
    case 'give':
      return parts.length < 2 ? undefined : { kind: 'give', items: parts.slice(1) };
    default:
      return undefined;
  }
}

function withIds(kind: 'items' | 'offer', joined: Bytes): SyncRequest | undefined {
  const ids = splitIds(joined);
  if (ids === undefined || ids.length === 0 || ids.length > SYNC.itemsAtOnce) return undefined;
  return { kind, ids };
}

/** `undefined` means that both have the same. */
export function encodeSummaryReply(digests: Bytes | undefined): Bytes {
  return digests === undefined ? list('same') : list('differ', digests);
}

export type SummaryReply = { readonly same: true } | { readonly same: false; readonly digests: Bytes };

export function decodeSummaryReply(body: Uint8Array): SummaryReply | undefined {
  const [said, digests, ...rest] = partsOf(body, 2) ?? [];
  if (textOf(said) === 'same' && digests === undefined) return { same: true };
  if (textOf(said) !== 'differ' || digests?.length !== SYNC_BUCKETS * DIGEST_BYTES) return undefined;
  return rest.length === 0 ? { same: false, digests } : undefined;
}

export interface IdsReply {
  /** Ascending. */
  readonly ids: readonly Bytes[];
  /** There are further ones behind the last. */
  readonly more: boolean;
}

export function encodeIdsReply({ ids, more }: IdsReply): Bytes {
  return list(more ? 'more' : 'end', Buffer.concat(ids));
}

/**
 * `undefined` for what does not answer the question: of other buckets, not ascending, not behind `after`, or
 * going on although it says nothing.
 */
export function decodeIdsReply(
  body: Uint8Array,
  asked: Extract<SyncRequest, { kind: 'ids' }>,
): IdsReply | undefined {
  const [said, joined, ...rest] = partsOf(body, 2) ?? [];
  const ids = joined === undefined ? undefined : splitIds(joined);
  const more = textOf(said) === 'more';
  if (ids === undefined || rest.length > 0 || (!more && textOf(said) !== 'end')) return undefined;
  if (ids.length > SYNC.idsAtOnce || (more && ids.length === 0)) return undefined;
  const buckets = new Set(asked.buckets);
  let before = asked.after;
  for (const id of ids) {
    if (!buckets.has(bucketOf(id)) || (before !== undefined && compareIds(before, id) >= 0)) return undefined;
    before = id;
  }
  return { ids, more };
}

/** In the order asked, as many as there was room for; `undefined` for what is not there. */
export function encodeItemsReply(items: readonly (Bytes | undefined)[]): Bytes {
  return list('items', ...items.map((item) => item ?? NOTHING));
}

/** `undefined` for what is no such answer, or has none or too many. */
export function decodeItemsReply(
  body: Uint8Array,
  asked: number,
): readonly (Bytes | undefined)[] | undefined {
  const [said, ...items] = partsOf(body, 1 + asked) ?? [];
  if (textOf(said) !== 'items' || items.length === 0) return undefined;
  return items.map((item) => (item.length === 0 ? undefined : item));
}

/** What becomes of each thing that was offered or given, in order. */
export const FATE = {
  /** Of an offer: send it. Of a gift: not now; ask again later. */
  wanted: 0,
  /** It is on this member's disk, or it is known that its time is over. */
  settled: 1,
  /** It is not believed, or not this swarm's: offering it again is no use before the directory changes. */
  refused: 2,
} as const;
export type Fate = (typeof FATE)[keyof typeof FATE];

export function encodeFates(fates: readonly Fate[]): Bytes {
  return list('fates', Uint8Array.from(fates));
}

export function decodeFates(body: Uint8Array, asked: number): readonly Fate[] | undefined {
  const [said, fates, ...rest] = partsOf(body, 2) ?? [];
  if (textOf(said) !== 'fates' || fates?.length !== asked || rest.length > 0) return undefined;
  return fates.every(isFate) ? [...fates].filter(isFate) : undefined;
}

function isFate(value: number): value is Fate {
  return value === FATE.wanted || value === FATE.settled || value === FATE.refused;
}

function list(kind: string, ...parts: readonly Uint8Array[]): Bytes {
  return encodeBencodedList([utf8(kind), ...parts]);
}

function partsOf(body: Uint8Array, most: number): Bytes[] | undefined {
  try {
    return decodeBencodedList(body, most);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/** The longest word here has seven letters. */
function textOf(part: Bytes | undefined): string | undefined {
  if (part === undefined || part.length > 8) return undefined;
  try {
    return fromUtf8(part);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function joinBuckets(buckets: readonly number[]): Uint8Array {
  const joined = Buffer.alloc(2 * buckets.length);
  for (const [index, bucket] of buckets.entries()) joined.writeUInt16BE(bucket, 2 * index);
  return joined;
}

/** Ascending, each once. */
function splitBuckets(joined: Bytes): readonly number[] | undefined {
  if (joined.length === 0 || joined.length % 2 !== 0 || joined.length > 2 * SYNC_BUCKETS) return undefined;
  const view = new DataView(joined.buffer, joined.byteOffset, joined.length);
  const buckets = Array.from({ length: joined.length / 2 }, (_, index) => view.getUint16(2 * index));
  const ascending = buckets.every((bucket, index) => index === 0 || (buckets[index - 1] ?? 0) < bucket);
  return ascending && (buckets.at(-1) ?? 0) < SYNC_BUCKETS ? buckets : undefined;
}
