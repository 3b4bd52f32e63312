import type { Parser, Target } from '../target.ts';
import { judgeTwice, type Verdict } from './judge.ts';

/** Looks at so many smaller inputs; a finding of a slow target should not take the night. */
const MOST_TRIES = 600;
const MOST_MILLISECONDS = 10_000;
/** What is slow is slow at each try. */
const MOST_WHEN_SLOW = 2_000;

/** A smaller input with the same finding: pieces left out, then bytes made plain. */
export async function minimise(
  target: Target,
  parser: Parser,
  input: Uint8Array,
  found: Verdict,
): Promise<Uint8Array> {
  const until = performance.now() + (found.why === 'slow' ? MOST_WHEN_SLOW : MOST_MILLISECONDS);
  let tries = 0;
  let best = input;
  const isSame = async (candidate: Uint8Array): Promise<boolean> => {
    if (++tries > MOST_TRIES || performance.now() > until) return false;
    const verdict = await judgeTwice(target, parser, candidate);
    return verdict.why === found.why && firstLine(verdict.what) === firstLine(found.what);
  };
  for (let piece = Math.ceil(best.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < best.length; ) {
      const candidate = without(best, at, piece);
      if (await isSame(candidate)) best = candidate;
      else at += piece;
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === PLAIN) continue;
    const candidate = best.slice();
    candidate[at] = PLAIN;
    if (await isSame(candidate)) best = candidate;
  }
  return best;
}

/** The digit nought: stands for anything, and can be read. */
const PLAIN = 0x30;

function without(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const shorter = new Uint8Array(bytes.length - Math.min(length, bytes.length - at));
  shorter.set(bytes.subarray(0, at));
  shorter.set(bytes.subarray(at + length), at);
  return shorter;
}

/** Times and numbers in it may differ. */
function firstLine(what = ''): string {
  return (what.split('\n')[0] ?? '').replace(/\d+/g, '0');
}
