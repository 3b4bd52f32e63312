import type { SeededRandom } from '@sotto/testkit';

/** Names of everything that dials or is dialled; `*` is anybody. */
export type PartyName = string;

/**
 * What happens to bytes on their way from one party to another, whichever of the two has dialled. `silence`
 * holds them until it is over, as a partition does to TCP; `loss` cuts connections, since what is lost inside
 * one comes again; `duplicate` plays what is said on a new connection to the server a second time.
 */
export type LinkFault =
  | { readonly kind: 'silence' }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Connections overtake each other: every piece waits up to so long, in order within its connection. */
  | { readonly kind: 'reorder'; readonly milliseconds: number }
  | { readonly kind: 'loss'; readonly probability: number }
  | { readonly kind: 'duplicate' };

export interface LinkRule {
  readonly from: PartyName;
  readonly to: PartyName;
  readonly fault: LinkFault;
  /** How many pieces or connections it was applied to. */
  touched: number;
}

/** What is to be done with one piece. */
export type Treatment =
  | { readonly treatment: 'hold' }
  | { readonly treatment: 'cut' }
  | { readonly treatment: 'pass'; readonly after: number };

/** The rules that hold now. */
export class LinkRules {
  readonly #rules = new Set<LinkRule>();
  readonly #random: SeededRandom;
  readonly #listeners = new Set<() => void>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  add(rule: Omit<LinkRule, 'touched'>): LinkRule {
    const added = { ...rule, touched: 0 };
    this.#rules.add(added);
    return added;
  }

  remove(rule: LinkRule): void {
    this.#rules.delete(rule);
    for (const listener of [...this.#listeners]) listener();
  }

  /** Told when a rule has ended; returns what ends the telling. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isSilent(from: PartyName, to: PartyName): boolean {
    return this.#touch(from, to, 'silence');
  }

  isDoubled(from: PartyName, to: PartyName): boolean {
    return this.#touch(from, to, 'duplicate');
  }

  /** For a piece, or a connection that is just made. Silence is asked for when its turn to leave comes. */
  treat(from: PartyName, to: PartyName): Treatment {
    let after = 0;
    for (const rule of this.#rules) {
      if (!applies(rule, from, to)) continue;
      const { fault } = rule;
      if (fault.kind === 'loss' && this.#random.chance(fault.probability)) {
        rule.touched++;
        return { treatment: 'cut' };
      }
      if (fault.kind === 'delay') after += fault.milliseconds;
      if (fault.kind === 'reorder') after += this.#random.integer(fault.milliseconds);
      if (fault.kind === 'delay' || fault.kind === 'reorder') rule.touched++;
    }
    return this.isSilent(from, to) ? { treatment: 'hold' } : { treatment: 'pass', after };
  }

  #touch(from: PartyName, to: PartyName, kind: LinkFault['kind']): boolean {
    const found = [...this.#rules].filter((rule) => rule.fault.kind === kind && applies(rule, from, to));
    for (const rule of found) rule.touched++;
    return found.length > 0;
  }
}

function applies(rule: LinkRule, from: PartyName, to: PartyName): boolean {
  return (rule.from === '*' || rule.from === from) && (rule.to === '*' || rule.to === to);
}
