/** Parts of at most this length are left for the last pass. */
const SHORT = 16;

/**
 * Sort by a number, ascending, with ties in the order that `std::sort` of the GNU C++ library leaves them in.
 * The standard leaves that open and the chain's swarms depend on it from 17 swarms on, so the library that its
 * nodes are built with is part of its rules. Introspective sort (Musser, 1997): quicksort by the median of
 * three down to short parts, heapsort for a part that splits too badly, then one pass of insertion.
 */
export function sortLikeChain<Item>(items: readonly Item[], by: (item: Item) => number): Item[] {
  const sorted = [...items];
  const order = new Order(sorted, by);
  if (sorted.length > SHORT) order.split(0, sorted.length, 2 * Math.floor(Math.log2(sorted.length)));
  // Insertion keeps ties as it finds them, as every stable sort does.
  return sorted.sort((left, right) => by(left) - by(right));
}

class Order<Item> {
  readonly #items: Item[];
  readonly #by: (item: Item) => number;

  constructor(items: Item[], by: (item: Item) => number) {
    this.#items = items;
    this.#by = by;
  }

  /** Until no part of `from` to `end` is long. `depth`: how many splits it may still take. */
  split(from: number, end: number, depth: number): void {
    let left = depth;
    let last = end;
    while (last - from > SHORT) {
      if (left === 0) {
        this.#heapSort(from, last);
        return;
      }
      left--;
      this.#medianToFront(from, from + 1, from + Math.floor((last - from) / 2), last - 1);
      const cut = this.#partition(from + 1, last, from);
      this.split(cut, last, left);
      last = cut;
    }
  }

  #medianToFront(front: number, a: number, b: number, c: number): void {
    const [low, high] = this.#isLess(a, b) ? [a, b] : [b, a];
    this.#swap(front, this.#isLess(high, c) ? high : this.#isLess(low, c) ? c : low);
  }

  /** Smaller ones before the place that is returned, larger ones from it on; the pivot stands outside. */
  #partition(from: number, end: number, pivot: number): number {
    let up = from;
    let down = end;
    for (;;) {
      while (this.#isLess(up, pivot)) up++;
      down--;
      while (this.#isLess(pivot, down)) down--;
      if (up >= down) return up;
      this.#swap(up, down);
      up++;
    }
  }

  #heapSort(from: number, end: number): void {
    const length = end - from;
    for (let parent = Math.floor((length - 2) / 2); parent >= 0; parent--) {
      this.#sink(from, parent, length, this.#item(from + parent));
    }
    for (let last = length - 1; last > 0; last--) {
      const item = this.#item(from + last);
      this.#items[from + last] = this.#item(from);
      this.#sink(from, 0, last, item);
    }
  }

  /** The hole goes down to a leaf along the larger children, and `item` comes up from there to its place. */
  #sink(from: number, top: number, length: number, item: Item): void {
    let hole = top;
    while (2 * hole + 1 < length) {
      const right = 2 * hole + 2;
      const child = right < length && !this.#isLess(from + right, from + right - 1) ? right : right - 1;
      this.#items[from + hole] = this.#item(from + child);
      hole = child;
    }
    while (hole > top) {
      const parent = Math.floor((hole - 1) / 2);
      if (this.#by(this.#item(from + parent)) >= this.#by(item)) break;
      this.#items[from + hole] = this.#item(from + parent);
      hole = parent;
    }
    this.#items[from + hole] = item;
  }

  #isLess(left: number, right: number): boolean {
    return this.#by(this.#item(left)) < this.#by(this.#item(right));
  }

  #item(at: number): Item {
    return this.#items[at] as Item;
  }

  #swap(left: number, right: number): void {
    const kept = this.#item(left);
    this.#items[left] = this.#item(right);
    this.#items[right] = kept;
  }
}
