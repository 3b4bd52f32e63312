import { type Bytes, BytesError, concatBytes, fromUtf8, utf8 } from '@sotto/bytes';
import { checkWork, sha256, solveWork } from '@sotto/crypto';
import { REQUEST_WORK_BITS } from './limits.ts';

/**
 * What lies in a request mailbox: 01 ‖ length of the work's text ‖ that text ‖ the sealed message. The
 * nodes do not ask for work, so the sender puts it beside the message and the recipient drops what has
 * none before it does anything else. The work is bound to the recipient and to these very bytes.
 */
const VERSION = 1;
const PURPOSE = 'request';
const MINUTES = /^v1\.(\d{1,10})\./;

export interface LetterTerms {
  /** The recipient's account ID, 33 bytes. */
  readonly to: Bytes;
  readonly sealed: Bytes;
}

/** Rejects with the signal's reason when aborted. `now`: the network's milliseconds. */
export async function writeLetter(
  { to, sealed }: LetterTerms,
  pay: {
    readonly now: () => number;
    readonly random: (length: number) => Bytes;
    readonly signal: AbortSignal;
  },
): Promise<Bytes> {
  const target = concatBytes(to, sha256(sealed));
  const work = utf8(await solveWork({ ...pay, purpose: PURPOSE, target, bits: REQUEST_WORK_BITS }));
  return concatBytes(Uint8Array.of(VERSION, work.length), work, sealed);
}

/**
 * The sealed message of a letter, or `undefined` for what is none or was not paid for. The work is
 * judged by the minute that it names: a letter may lie for two weeks, and a copy of it is one message.
 */
export function readLetter(to: Bytes, letter: Bytes): Bytes | undefined {
  const length = letter[1] ?? 0;
  if (letter[0] !== VERSION || letter.length <= 2 + length) return undefined;
  const work = textOf(letter.subarray(2, 2 + length));
  const minutes = work === undefined ? undefined : MINUTES.exec(work)?.[1];
  if (work === undefined || minutes === undefined) return undefined;
  const sealed = letter.slice(2 + length);
  const terms = {
    purpose: PURPOSE,
    target: concatBytes(to, sha256(sealed)),
    bits: REQUEST_WORK_BITS,
    now: Number(minutes) * 60_000,
  };
  return checkWork({ ...terms, work }).outcome === 'ok' ? sealed : undefined;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
