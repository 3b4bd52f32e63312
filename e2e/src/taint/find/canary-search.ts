import { type Canary, type Found, MIN_CANARY } from './canary.ts';
import { encodingsOf } from './encodings.ts';
import { streamsIn } from './streams.ts';
import { wideTextIn } from './wide-text.ts';

/** Bytes at the end of a window by which the search knows how far it may go on. */
const BLOCK = 3;
/** Of a long value its beginning, its end and places between are looked for, each so long. */
const PIECE = 16;
/** Between two pieces of a long value. */
const STRIDE = 48;

/** Different bytes in a piece of something random. */
const VARIED = 10;
const ZEROS = Buffer.alloc(2);

interface Needle {
  readonly bytes: Buffer;
  readonly found: Found;
}

/**
 * Looks for many canaries in many encodings at once, in one pass over the bytes (Wu and Manber, "A fast
 * algorithm for multi-pattern searching", 1994): most positions are passed over without a comparison.
 */
export class CanarySearch {
  readonly #shift: Uint8Array;
  readonly #ending = new Map<number, Needle[]>();
  readonly #window: number;
  readonly longest: number;

  /**
   * `open` are fields whose values everybody may see, the plainest first. A part of a canary that is a part of one
   * of these as well is looked for as that alone: an account ID stands in a record, the relay's address in everybody's.
   */
  constructor(canaries: readonly Canary[], open: readonly string[] = []) {
    const plainer = plainerValues(canaries, open);
    const needles = canaries.flatMap((canary) => {
      const values = plainer(canary);
      return needlesOf(canary, (piece) => !values.some((bytes) => bytes.includes(piece)));
    });
    this.#window = needles.reduce((least, { bytes }) => Math.min(least, bytes.length), 255);
    this.longest = needles.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.#shift = new Uint8Array(1 << (8 * BLOCK)).fill(Math.max(1, this.#window - BLOCK + 1));
    for (const needle of needles) this.#enter(needle);
  }

  #enter(needle: Needle): void {
    for (let end = BLOCK; end <= this.#window; end++) {
      const block = blockAt(needle.bytes, end);
      const left = this.#window - end;
      if ((this.#shift[block] ?? 0) > left) this.#shift[block] = left;
      if (left === 0) this.#ending.set(block, [...(this.#ending.get(block) ?? []), needle]);
    }
  }

  /** Every canary in `bytes`, each once for each encoding. */
  findRaw(bytes: Uint8Array): ReadonlySet<Found> {
    const found = new Set<Found>();
    const where = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let end = this.#window; end <= where.length; ) {
      const block = blockAt(where, end);
      const shift = this.#shift[block] as number;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const start = end - this.#window;
      for (const { bytes: needle, found: one } of this.#ending.get(block) ?? []) {
        if (found.has(one) || start + needle.length > where.length) continue;
        if (where.compare(needle, 0, needle.length, start, start + needle.length) === 0) found.add(one);
      }
      end++;
    }
    return found;
  }

  /** The same, and as text of wide characters, and in whatever deflated stream begins in the bytes. */
  find(bytes: Uint8Array): readonly Found[] {
    const where = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const as = (how: string, found: Iterable<Found>) =>
      [...found].map(({ canary, encoding }) => ({ canary, encoding: `${how}${encoding}` }));
    return [
      ...this.findRaw(where),
      ...as('utf-16 ', this.findRaw(wideTextIn(where))),
      ...streamsIn(where).flatMap((inflated) => as('inflated ', this.findRaw(inflated))),
    ];
  }
}

/** For each canary, what is called by its own name wherever it stands. */
function plainerValues(
  canaries: readonly Canary[],
  open: readonly string[],
): (canary: Canary) => readonly Buffer[] {
  const values = open.map((field) =>
    canaries
      .filter((canary) => canary.field === field)
      .map(({ of, bytes }) => ({ of, bytes: Buffer.from(bytes) })),
  );
  return ({ field, of }) => {
    const rank = open.indexOf(field);
    const below = rank === -1 ? values : values.slice(0, rank);
    const others = (values[rank] ?? []).filter((one) => one.of !== of);
    return [...below.flat(), ...others].map(({ bytes }) => bytes);
  };
}

function blockAt(bytes: Buffer, end: number): number {
  return ((bytes[end - 3] as number) << 16) | ((bytes[end - 2] as number) << 8) | (bytes[end - 1] as number);
}

function needlesOf(canary: Canary, isSought: (piece: Buffer) => boolean): readonly Needle[] {
  if (canary.bytes.length < MIN_CANARY) {
    throw new Error(`the canary "${canary.field}" is too short to be told from chance`);
  }
  const needles = new Map<string, Needle>();
  for (const piece of piecesOf(canary.bytes)
    .map((part) => Buffer.from(part))
    .filter(isSought)) {
    for (const [encoding, bytes] of encodingsOf(piece)) {
      const key = `${bytes.toString('latin1')}`;
      if (!needles.has(key)) needles.set(key, { bytes, found: { canary, encoding } });
    }
  }
  return oneFindEach([...needles.values()]);
}

/** One `Found` for each encoding, whatever piece it is of, so that a set of them lists each once. */
function oneFindEach(needles: readonly Needle[]): readonly Needle[] {
  const founds = new Map<string, Found>();
  return needles.map(({ bytes, found }) => {
    const one = founds.get(found.encoding) ?? found;
    founds.set(found.encoding, one);
    return { bytes, found: one };
  });
}

/** A long value may be cut anywhere, by pages of a file or of memory: parts of it are looked for. */
function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length <= PIECE + PIECE / 2) return [bytes];
  const pieces: Uint8Array[] = [];
  for (let at = 0; at + PIECE < bytes.length; at += STRIDE) pieces.push(bytes.subarray(at, at + PIECE));
  return [...pieces, bytes.subarray(-PIECE)].filter(isTelling);
}

/** Lengths, tags and zeros of some record say nothing, and are everywhere in memory. */
function isTelling(piece: Uint8Array): boolean {
  return new Set(piece).size >= VARIED && !Buffer.from(piece).includes(ZEROS);
}
