/** Numbers that a seed repeats exactly (sfc32); nothing here is secret, everything has to be replayable. */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #count = 1;

  /** The same text gives the same numbers. */
  constructor(seed: string) {
    // FNV-1a, then some rounds, so that seeds that look alike begin apart.
    let hash = 0x811c9dc5;
    for (let index = 0; index < seed.length; index++) {
      hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
    }
    this.#a = hash;
    this.#b = hash ^ 0x9e3779b9;
    this.#c = Math.imul(hash, 0x85ebca6b);
    for (let round = 0; round < 16; round++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** 0 to `most` - 1; 0 when there is nothing to choose from. */
  below(most: number): number {
    return most <= 1 ? 0 : this.uint32() % most;
  }

  /** True once in so many. */
  oneIn(many: number): boolean {
    return this.below(many) === 0;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)] as Item;
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) bytes[index] = this.uint32() >>> 24;
    return bytes;
  }

  /** Mostly small, now and then up to `most`: lengths and counts as they break things. */
  small(most: number): number {
    return this.below(1 + this.below(this.oneIn(8) ? most : Math.min(most, 16)));
  }
}
