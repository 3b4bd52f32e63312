/** Parameters of MT19937-64 (Nishimura and Matsumoto, 2000), as every C++ standard library has it. */
const WORDS = 312;
const MIDDLE = 156;
const TWIST = { high: 0xb5026f5a, low: 0xa96619e9 } as const;
const SEEDING = { high: 0x5851f42d, low: 0x4c957f2d } as const;

/** The largest number it gives. */
export const RANDOM_MAX = 2n ** 64n - 1n;

/**
 * The generator that the network of reference draws from, so that everybody who knows a block comes to the
 * same swarms. Anybody can predict it: no secret may come from it.
 *
 * In halves of 32 bits: the optimizer of Node 20 crashed on the same in BigInt and BigUint64Array.
 */
export class MersenneTwister {
  /** The upper and the lower half of each word. */
  readonly #high = new Uint32Array(WORDS);
  readonly #low = new Uint32Array(WORDS);
  #at = WORDS;

  /** `seed`: 64 bits unsigned. */
  constructor(seed: bigint) {
    this.#high[0] = Number((seed >> 32n) & 0xffffffffn);
    this.#low[0] = Number(seed & 0xffffffffn);
    for (let index = 1; index < WORDS; index++) this.#seed(index);
  }

  /** The next 64 bits. */
  next(): bigint {
    if (this.#at === WORDS) this.#twist();
    let high = this.#high[this.#at] as number;
    let low = this.#low[this.#at] as number;
    this.#at++;
    // Tempering: word ^= word >> 29, << 17, << 37 under masks, and >> 43.
    low ^= ((low >>> 29) | (high << 3)) & 0x55555555;
    high ^= (high >>> 29) & 0x55555555;
    high ^= ((high << 17) | (low >>> 15)) & 0x71d67fff;
    low ^= (low << 17) & 0xeda60000;
    high ^= (low << 5) & 0xfff7eee0;
    low ^= high >>> 11;
    return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  }

  /**
   * One of 0 to `choices` - 1, each equally likely. It divides where others take a remainder, which matters:
   * the same 64 bits then choose another. `choices` is at least 1.
   */
  choose(choices: number): number {
    const count = BigInt(choices);
    const limit = RANDOM_MAX - (RANDOM_MAX % count);
    let word = this.next();
    while (word >= limit) word = this.next();
    return Number(word / (limit / count));
  }

  /** word = SEEDING * (before ^ before >> 62) + index, modulo 2^64. */
  #seed(index: number): void {
    const high = this.#high[index - 1] as number;
    const low = ((this.#low[index - 1] as number) ^ (high >>> 30)) >>> 0;
    const [a, b, c, d] = [low & 0xffff, low >>> 16, SEEDING.low & 0xffff, SEEDING.low >>> 16];
    const middle = a * d + b * c + ((a * c) >>> 16);
    const sum = (middle % 0x10000) * 0x10000 + ((a * c) & 0xffff) + index;
    this.#low[index] = sum;
    const carried = Math.floor(middle / 0x10000) + (sum > 0xffffffff ? 1 : 0);
    this.#high[index] = Math.imul(high, SEEDING.low) + Math.imul(low, SEEDING.high) + b * d + carried;
  }

  #twist(): void {
    const [highs, lows] = [this.#high, this.#low];
    for (let index = 0; index < WORDS; index++) {
      const next = (index + 1) % WORDS;
      const far = (index + MIDDLE) % WORDS;
      // 33 bits of this word and 31 of the next, one to the right.
      const high = highs[index] as number;
      const low = ((lows[index] as number) & 0x80000000) | ((lows[next] as number) & 0x7fffffff);
      const odd = (low & 1) === 1;
      highs[index] = (highs[far] as number) ^ (high >>> 1) ^ (odd ? TWIST.high : 0);
      lows[index] = (lows[far] as number) ^ ((low >>> 1) | (high << 31)) ^ (odd ? TWIST.low : 0);
    }
    this.#at = 0;
  }
}
