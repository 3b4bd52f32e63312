import { type Bytes, equalBytes } from '@sotto/bytes';
import { MAX_AHEAD } from '../constants.ts';
import type { AccountKey, ChainState } from '../ports/store.ts';

/** Where a message says it stands among those of its sending device. */
export interface ChainStep {
  readonly counter: number;
  /** SHA-256 of this message's content. */
  readonly hash: Bytes;
  /** What it says the hash before it was. */
  readonly previous?: Bytes;
}

export interface Followed {
  readonly chain: ChainState;
  /** So many messages are missing and will not be waited for any longer. */
  readonly missing?: number;
  /** The sender names another predecessor than the one that came. */
  readonly broken: boolean;
}

/** The chain of a device that has not been heard before. Strangers are followed from where they begin. */
export function startChain(account: AccountKey, device: number, chain: number, expected: number): ChainState {
  // A chain followed from its middle has a hole before it that nobody is to be told of.
  return { account, device, chain, expected, ahead: [], gapShown: expected > 1 };
}

/** Take a message into its chain (design §2). Messages may come late or in disorder; each comes here once. */
export function followChain(state: ChainState, step: ChainStep, now: number): Followed {
  const restarted =
    step.counter === 1 && step.previous === undefined && state.expected > 2 && !state.gapShown;
  // The sender forgot this chat and began it anew: nothing of the old count means anything.
  const from = restarted ? startChain(state.account, state.device, state.chain, 1) : state;
  if (step.counter < from.expected) return { chain: from, broken: false };
  if (step.counter > from.expected) return stepAhead(from, step, now);

  const broken =
    from.hash !== undefined && (step.previous === undefined || !equalBytes(from.hash, step.previous));
  let expected = step.counter + 1;
  let hash = step.hash;
  let ahead = [...from.ahead];
  for (let next = ahead.find(({ counter }) => counter === expected); next !== undefined; ) {
    hash = next.hash;
    expected++;
    next = ahead.find(({ counter }) => counter === expected);
  }
  ahead = ahead.filter(({ counter }) => counter >= expected);
  const { gapSince: _, ...rest } = from;
  const chain = { ...rest, expected, hash, ahead };
  return { chain: ahead.length > 0 ? { ...chain, gapSince: now } : chain, broken };
}

function stepAhead(state: ChainState, step: ChainStep, now: number): Followed {
  if (state.ahead.some(({ counter }) => counter === step.counter)) return { chain: state, broken: false };
  const chain: ChainState = {
    ...state,
    ahead: [...state.ahead, step],
    gapSince: state.gapSince ?? now,
    gapShown: false,
  };
  return chain.ahead.length > MAX_AHEAD ? { ...giveUpGap(chain), broken: false } : { chain, broken: false };
}

/** What is missing now will be shown as missing; if it comes after all it is shown too, without a fuss. */
export function giveUpGap(state: ChainState): { readonly chain: ChainState; readonly missing: number } {
  const last = state.ahead.reduce((left, right) => (right.counter > left.counter ? right : left));
  const missing = last.counter - state.expected + 1 - state.ahead.length;
  const { gapSince: _, ...rest } = state;
  return {
    chain: { ...rest, expected: last.counter + 1, hash: last.hash, ahead: [], gapShown: true },
    missing,
  };
}
