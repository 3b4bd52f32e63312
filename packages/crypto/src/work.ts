import { type Bytes, BytesError, concatBytes, fromBase64Url, toBase64Url, toHex, utf8 } from '@sotto/bytes';
import { CryptoError } from './errors.ts';
import { sha256 } from './hash.ts';

/**
 * Proof of work: what a stranger pays before others keep something for them.
 *
 * Text `v1.<minutes>.<nonce>`: Unix minutes in decimal and 12 bytes in base64url, such that
 * SHA-256("sotto work v1" ‖ purpose ‖ 00 ‖ target ‖ minutes as u64 big endian ‖ nonce) begins with
 * `bits` zero bits. Purpose and target tie it to one use; the minute lets a checker forget the
 * stamps that it has seen.
 */
export interface WorkTerms {
  /** What is paid for; a protocol constant without NUL. */
  readonly purpose: string;
  /** Whom it is paid to, e.g. a mailbox. */
  readonly target: Uint8Array;
  /** Leading zero bits, 0..28. */
  readonly bits: number;
  /** Milliseconds. */
  readonly now: number;
}

export type WorkOutcome =
  /** `stamp` names this very work: remember it for `WORK_WINDOW_MINUTES` twice over, take it once. */
  { readonly outcome: 'ok'; readonly stamp: string } | { readonly outcome: 'refused' };

/** Clocks of solver and checker may differ by this much, and solving takes time. */
export const WORK_WINDOW_MINUTES = 10;

/** Older than this, work in progress is stamped anew: half of the window is left for the way. */
const FRESH_MINUTES = WORK_WINDOW_MINUTES / 2;

/** 2^28 hashes are minutes of a desktop's time: whoever asks for more asks for too much. */
export const WORK_MAX_BITS = 28;

/** About two milliseconds between two looks at the event loop. */
const CHUNK = 2048;
const LABEL = utf8('sotto work v1');
const NONCE_LENGTH = 12;
const TEXT = /^v1\.(0|[1-9][0-9]{0,9})\.([A-Za-z0-9_-]{16})$/;

export interface WorkRequest extends Omit<WorkTerms, 'now'> {
  /**
   * A clock, so that work that takes long is stamped anew before the window has passed; or a moment,
   * for work that is done sooner than that.
   */
  readonly now: number | (() => number);
  readonly random: (length: number) => Bytes;
  readonly signal?: AbortSignal;
}

/**
 * Find work for these terms; 2^bits hashes on average, yielding to the event loop in between by the
 * platform's own timer, since nothing is waited for.
 * Rejects with the signal's reason when aborted and with CryptoError `bad-parameter` for too many bits.
 */
export async function solveWork({ now, random, signal, ...terms }: WorkRequest): Promise<string> {
  requireTerms(terms);
  const clock = typeof now === 'number' ? () => now : now;
  let minutes = minutesOf(clock());
  let preimage = preimageOf(terms, minutes, random(NONCE_LENGTH));
  for (;;) {
    const nonce = preimage.subarray(preimage.length - NONCE_LENGTH);
    for (let round = 0; round < CHUNK; round++) {
      if (leadingZeroBits(sha256(preimage)) >= terms.bits) {
        return `v1.${minutes}.${toBase64Url(nonce)}`;
      }
      increment(nonce);
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    // No hash so far counts for more than the others, so a new minute costs nothing.
    const current = minutesOf(clock());
    if (Math.abs(current - minutes) >= FRESH_MINUTES) {
      minutes = current;
      preimage = preimageOf(terms, minutes, nonce);
    }
  }
}

/** Check work from outside; throws only CryptoError, for terms that are our own mistake. */
export function checkWork({ work, ...terms }: WorkTerms & { readonly work: string }): WorkOutcome {
  requireTerms(terms);
  const parts = TEXT.exec(work);
  if (parts === null) return { outcome: 'refused' };
  const minutes = Number(parts[1]);
  if (Math.abs(minutes - minutesOf(terms.now)) > WORK_WINDOW_MINUTES) return { outcome: 'refused' };
  const nonce = decodeNonce(parts[2] as string);
  if (nonce === undefined) return { outcome: 'refused' };
  const hash = sha256(preimageOf(terms, minutes, nonce));
  if (leadingZeroBits(hash) < terms.bits) return { outcome: 'refused' };
  return { outcome: 'ok', stamp: toHex(hash) };
}

function requireTerms({ purpose, bits }: Pick<WorkTerms, 'purpose' | 'bits'>): void {
  if (!Number.isInteger(bits) || bits < 0 || bits > WORK_MAX_BITS) {
    throw new CryptoError('bad-parameter', `work has 0 to ${WORK_MAX_BITS} bits`);
  }
  if (purpose.includes('\0')) throw new CryptoError('bad-parameter', 'a purpose of work has no NUL');
}

function minutesOf(milliseconds: number): number {
  return Math.floor(milliseconds / 60_000);
}

function preimageOf(
  { purpose, target }: Pick<WorkTerms, 'purpose' | 'target'>,
  minutes: number,
  nonce: Uint8Array,
): Bytes {
  const time = new Uint8Array(8);
  new DataView(time.buffer).setBigUint64(0, BigInt(minutes));
  return concatBytes(LABEL, utf8(purpose), Uint8Array.of(0), target, time, nonce);
}

/** 16 characters of base64url are 12 bytes and no bits over, so nothing can fail but a bug. */
function decodeNonce(text: string): Bytes | undefined {
  try {
    return fromBase64Url(text);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0;
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}

/** Count the nonce up in place, as one big-endian number. */
function increment(nonce: Uint8Array): void {
  for (let index = nonce.length - 1; index >= 0; index--) {
    const next = ((nonce[index] as number) + 1) & 0xff;
    nonce[index] = next;
    if (next !== 0) return;
  }
}
