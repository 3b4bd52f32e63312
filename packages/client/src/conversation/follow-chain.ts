import { type Bytes, equalBytes } from '@sotto/bytes';
import { MAX_AHEAD } from '../constants.ts';
import type { AccountKey, ChainState } from '../ports/store.ts';

/** Where a text says it stands among those of its sending device. */
export interface ChainStep {
  readonly counter: number;
  /** SHA-256 of this message's content. */
  readonly hash: Bytes;
  /** What it says the hash before it was. */
  readonly previous?: Bytes;
  /** Its time, by the sender's clock. */
  readonly sentAt: number;
}

/** What is shown now, in this order. */
export type Shown =
  /** The text that was just taken; when it is not among those shown, it is held. */
  | { readonly kind: 'this' }
  | { readonly kind: 'held'; readonly counter: number }
  /** So many are missing in this place, and will not be waited for any longer. */
  | { readonly kind: 'missing'; readonly count: number };

export interface Followed {
  readonly chain: ChainState;
  readonly shows: readonly Shown[];
  /** The sender names another predecessor than the one that came. */
  readonly broken: boolean;
}

const THIS: Shown = { kind: 'this' };

/** The chain of a device that has not been heard before. Strangers are followed from where they begin. */
export function startChain(account: AccountKey, device: number, chain: number, expected: number): ChainState {
  return { account, device, chain, expected, ahead: [] };
}

/** Nothing of this chain has been shown yet, so nobody is to be told what came before it. */
export function isUnheard(chain: ChainState): boolean {
  return chain.expected === 1 && chain.hash === undefined;
}

/**
 * Take a text into its chain (design §2; decision 0011). It is shown when all before it have been, else it
 * is held. What comes after its place was given up is shown at once. Each text comes here once.
 */
export function followChain(state: ChainState, step: ChainStep, now: number): Followed {
  if (step.counter < state.expected) {
    if (!restarts(state, step)) return { chain: state, shows: [THIS], broken: false };
    const ended = giveUpGaps(state, () => true);
    const anew = followChain(startChain(state.account, state.device, state.chain, 1), step, now);
    return { ...anew, shows: [...ended.shows, ...anew.shows] };
  }
  if (step.counter > state.expected) return stepAhead(state, step, now);
  const broken =
    state.hash !== undefined && (step.previous === undefined || !equalBytes(state.hash, step.previous));
  const run = takeRun({ ...state, expected: step.counter + 1, hash: step.hash, lastSentAt: step.sentAt });
  return { chain: run.chain, shows: [THIS, ...run.shows], broken };
}

/**
 * The sender forgot this chat and began it anew: nothing of the old count means anything. A late text of
 * the old count has a time before the last one that was shown; a new one has a later time.
 */
function restarts(state: ChainState, step: ChainStep): boolean {
  if (state.lastSentAt !== undefined) return step.sentAt > state.lastSentAt;
  return step.counter === 1 && step.previous === undefined && state.expected > 2;
}

function stepAhead(state: ChainState, step: ChainStep, now: number): Followed {
  // Two texts in one place: no order can be kept between them, and neither may be lost.
  if (state.ahead.some(({ counter }) => counter === step.counter)) {
    return { chain: state, shows: [THIS], broken: false };
  }
  const ahead = withGap({ ...state, ahead: [...state.ahead, { ...step, at: now }] });
  if (ahead.ahead.length <= MAX_AHEAD) return { chain: ahead, shows: [], broken: false };
  const { chain, shows } = giveUpFirst(ahead);
  const named = shows.map((show) => (show.kind === 'held' && show.counter === step.counter ? THIS : show));
  return { chain, shows: named, broken: false };
}

/**
 * Give up what is missing before every text that `isOver` by the time of its arrival. What comes after all
 * is shown when it comes, without a fuss.
 */
export function giveUpGaps(
  state: ChainState,
  isOver: (at: number) => boolean,
): { readonly chain: ChainState; readonly shows: readonly Shown[] } {
  let chain = state;
  const shows: Shown[] = [];
  while (chain.ahead.some(({ at }) => isOver(at))) {
    const given = giveUpFirst(chain);
    ({ chain } = given);
    shows.push(...given.shows);
  }
  return { chain, shows };
}

/** Give up the first gap: a notice, and then what was held behind it, up to the next one. */
function giveUpFirst(state: ChainState): { readonly chain: ChainState; readonly shows: readonly Shown[] } {
  const first = Math.min(...state.ahead.map(({ counter }) => counter));
  const run = takeRun({ ...state, expected: first });
  return { chain: run.chain, shows: [{ kind: 'missing', count: first - state.expected }, ...run.shows] };
}

/** Show what is held from `expected` on, as far as nothing is missing. */
function takeRun(state: ChainState): { readonly chain: ChainState; readonly shows: readonly Shown[] } {
  const waiting = new Map(state.ahead.map((each) => [each.counter, each]));
  const shows: Shown[] = [];
  let chain = state;
  for (let next = waiting.get(chain.expected); next !== undefined; next = waiting.get(chain.expected)) {
    shows.push({ kind: 'held', counter: next.counter });
    chain = { ...chain, expected: next.counter + 1, hash: next.hash, lastSentAt: next.sentAt };
  }
  const ahead = state.ahead.filter(({ counter }) => counter >= chain.expected);
  return { chain: withGap({ ...chain, ahead }), shows };
}

/** A gap is as old as the first text that came behind it. */
function withGap({ gapSince: _, ...chain }: ChainState): ChainState {
  if (chain.ahead.length === 0) return chain;
  return { ...chain, gapSince: Math.min(...chain.ahead.map(({ at }) => at)) };
}
