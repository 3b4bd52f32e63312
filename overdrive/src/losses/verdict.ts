/** Of seven members, so many must hold a message before it counts as durable (design §1.6). */
export const DURABLE = 5;

/** What came of so many trials: one message and one loss each. */
export interface LossCount {
  readonly trials: number;
  /** Those that were said to be durable and did not come. */
  readonly missing: readonly string[];
  readonly repeated: readonly string[];
  /** Stores with fewer members than durable takes, and how many of them were called durable all the same. */
  readonly fewer: number;
  readonly overclaimed: number;
  /** Clients that collected, and those of them that could not reach the one holder of a message. */
  readonly clients: number;
  readonly cutOff: number;
}

/** Holds what was promised of each message against what came. */
export class Verdict {
  readonly durable: string[] = [];
  readonly #missing: string[] = [];
  readonly #repeated: string[] = [];
  #trials = 0;
  #fewer = 0;
  #overclaimed = 0;
  #clients = 0;
  #cutOff = 0;

  /** What the sender was told of a message, and how many members were up then. */
  stored(text: string, outcome: string, up: number): void {
    if (outcome === 'stored') this.durable.push(text);
    if (up >= DURABLE) {
      if (outcome !== 'stored') throw new Error(`${text}, and it was ${outcome}`);
      return;
    }
    this.#fewer++;
    if (outcome === 'stored') this.#overclaimed++;
  }

  client({ cutOff }: { readonly cutOff: boolean }): void {
    this.#clients++;
    if (cutOff) this.#cutOff++;
  }

  came(texts: readonly string[], expected: readonly string[], how: (text: string) => string): void {
    this.#trials += expected.length;
    for (const text of expected) {
      if (!texts.includes(text)) this.#missing.push(`${text}, ${how(text)}`);
    }
    for (const text of new Set(texts)) {
      if (texts.indexOf(text) !== texts.lastIndexOf(text)) this.#repeated.push(`${text}, ${how(text)}`);
    }
  }

  count(): LossCount {
    return {
      trials: this.#trials,
      missing: this.#missing,
      repeated: this.#repeated,
      fewer: this.#fewer,
      overclaimed: this.#overclaimed,
      clients: this.#clients,
      cutOff: this.#cutOff,
    };
  }
}
