import { type Bytes, equalBytes } from '@sotto/bytes';
import { GuardSet } from './guard-set.ts';
import { HOPS, MAX_PATHS_PER_PURPOSE, STRIKES } from './limits.ts';
import { NodeStrikes } from './node-strikes.ts';
import type {
  GuardView,
  Path,
  PathFailure,
  PathNode,
  PathNodes,
  PathView,
  PathWish,
  RememberedGuard,
} from './path-types.ts';
import { keyOf, networkOf, pickNode } from './pick-node.ts';

interface KeptPath extends Path {
  strikes: number;
  latency: number | undefined;
}

export interface PathKeeperRequest {
  readonly from: PathNodes;
  /** From the last run, in the order they were chosen. */
  readonly guards: readonly RememberedGuard[];
  /** Milliseconds since 1970: what is remembered of guards is compared with it in later runs. */
  readonly now: () => number;
  readonly random: (length: number) => Bytes;
}

/** How unwelcome a node is in a new path; each outweighs all below it together. */
const PENALTY = { aside: 8, avoid: 4, inUse: 1 } as const;

/**
 * Which way requests go: guards, paths and what is known of failures (reference: session-protocol
 * §2.6). No sockets, no timers: whoever sends tells what became of it.
 *
 * Promises: a path has three different nodes, the first of them a guard; it never holds the
 * destination; with `distinct` subnets no two of its nodes are in one /24. Paths of one client share
 * no node behind the guards while the list has enough others.
 */
export class PathKeeper {
  readonly #random: (length: number) => Bytes;
  readonly #guards: GuardSet;
  readonly #strikes: NodeStrikes;
  #from: PathNodes;
  #paths: KeptPath[] = [];
  #lastId = 0;

  constructor({ from, guards, now, random }: PathKeeperRequest) {
    this.#from = from;
    this.#random = random;
    this.#guards = new GuardSet({ from, remembered: guards, now, random });
    this.#strikes = new NodeStrikes(now);
  }

  /** A path for a purpose: the one it has, or a new one. `undefined`: the list has too few nodes for that. */
  path(purpose: string, wish: PathWish = {}): Path | undefined {
    const fits = this.#paths.filter((path) => path.purpose === purpose && this.#suits(path, wish));
    const best = fits.reduce<KeptPath | undefined>(
      (least, path) => (least === undefined || path.strikes < least.strikes ? path : least),
      undefined,
    );
    return best ?? this.#build(purpose, wish);
  }

  /** An answer came back on it that only its destination can have made; after how long, unless it was held. */
  succeeded(path: Path, milliseconds?: number): void {
    const kept = this.#paths.find(({ id }) => id === path.id);
    if (kept) [kept.strikes, kept.latency] = [0, milliseconds ?? kept.latency];
    for (const hop of path.hops) this.#strikes.clear(keyOf(hop));
    const guard = path.hops[0];
    if (guard) this.#worked(keyOf(guard));
  }

  failed(path: Path, failure: PathFailure): void {
    const [guard, ...others] = path.hops;
    if (!guard) return;
    if (failure.kind === 'guard') {
      this.guardFailed(guard);
      return;
    }
    if (failure.kind === 'not-found') {
      const named = others.find(({ ed25519 }) => equalBytes(ed25519, failure.node));
      if (named) {
        this.#strikes.notFound(keyOf(named));
        this.#lose(path, guard);
        return;
      }
    }
    for (const node of others) this.#strikes.strike(keyOf(node));
    const kept = this.#paths.find(({ id }) => id === path.id);
    if (!kept) return;
    kept.strikes++;
    if (kept.strikes >= STRIKES) this.#lose(path, guard);
    if (this.#guards.struck(keyOf(guard))) this.guardFailed(guard);
  }

  /** It did not answer when it was asked directly, or a whole path of it came to nothing. */
  guardFailed(guard: PathNode): void {
    const key = keyOf(guard);
    this.#guards.failed(key);
    if (this.#guards.isDown(key)) this.#dropPathsOf((first) => keyOf(first) === key);
  }

  /** It answered when it was asked directly. */
  guardAnswered(guard: PathNode): void {
    this.#guards.answered(keyOf(guard));
    this.#returnToPreferred();
  }

  /** Dead guards whose rest is over: ask them whether they live again. */
  guardsToAsk(): readonly PathNode[] {
    return this.#guards.due();
  }

  /** Those that new paths begin with; the dead ones when none lives. */
  guards(): readonly PathNode[] {
    return this.#guards.usable(() => true);
  }

  livingGuards(): readonly PathNode[] {
    return this.#guards.all.filter((guard) => !this.#guards.isDown(keyOf(guard)));
  }

  /** Nodes that may be spoken to directly, alive or not. Nobody else ever is. */
  allGuards(): readonly PathNode[] {
    return this.#guards.all;
  }

  /** Grows when `rememberedGuards` changes: save before the next use. */
  get changes(): number {
    return this.#guards.changes;
  }

  rememberedGuards(): readonly RememberedGuard[] {
    return this.#guards.remembered();
  }

  /** Go by another list; paths with nodes that it lacks, or has with other keys or addresses, are gone. */
  replaceNodes(from: PathNodes): void {
    this.#from = from;
    this.#guards.replaceNodes(from);
    const byKey = new Map(from.nodes.map((node) => [keyOf(node), node]));
    this.#strikes.keepOnly(new Set(byKey.keys()));
    this.#paths = this.#paths.filter(({ hops }) =>
      hops.every((hop) => {
        const node = byKey.get(keyOf(hop));
        return (
          node !== undefined &&
          node.ip === hop.ip &&
          node.httpsPort === hop.httpsPort &&
          equalBytes(node.x25519, hop.x25519)
        );
      }),
    );
  }

  /** Forget the paths of a purpose that is over. */
  end(purpose: string): void {
    this.#paths = this.#paths.filter((path) => path.purpose !== purpose);
  }

  /** Forget all paths: the next request of each purpose gets a new one. Guards stay, as they always do. */
  rotate(): void {
    this.#paths = [];
  }

  viewGuards(): readonly GuardView[] {
    return this.#guards.view();
  }

  view(): readonly PathView[] {
    return this.#paths.map(({ purpose, hops, latency }) => ({
      purpose,
      hops: hops.map(({ ip, ed25519 }) => ({ ip, key: ed25519 })),
      ...(latency === undefined ? {} : { latency }),
    }));
  }

  #suits(path: KeptPath, { destination, not = [], notGuards = [] }: PathWish): boolean {
    if (not.some(({ id }) => id === path.id)) return false;
    if (notGuards.some((key) => path.hops[0] && equalBytes(key, path.hops[0].ed25519))) return false;
    return destination === undefined || !path.hops.some(({ ed25519 }) => equalBytes(ed25519, destination));
  }

  #build(purpose: string, wish: PathWish): Path | undefined {
    for (const guard of this.#guardsFor(wish)) {
      const hops = this.#hopsBehind(guard, wish);
      if (!hops) continue;
      const path: KeptPath = { id: ++this.#lastId, purpose, hops, strikes: 0, latency: undefined };
      this.#makeRoom(purpose);
      this.#paths.push(path);
      return path;
    }
    return undefined;
  }

  /**
   * The guard with the fewest paths first, so that one failure takes as little as possible; one that has
   * lost some lately gets as many fewer.
   */
  #guardsFor({ destination, notGuards = [] }: PathWish): readonly PathNode[] {
    const may = ({ ed25519 }: PathNode) => !(destination && equalBytes(ed25519, destination));
    // One failure makes a request go another way, but it makes nobody a guard.
    const isFresh = ({ ed25519 }: PathNode) => !notGuards.some((key) => equalBytes(key, ed25519));
    const load = (guard: PathNode) =>
      this.#guards.losses(keyOf(guard)) +
      this.#paths.filter(({ hops }) => hops[0] && equalBytes(hops[0].ed25519, guard.ed25519)).length;
    const usable = this.#guards
      .usable(may)
      .filter(isFresh)
      .map((guard) => ({ guard, load: load(guard) }));
    const allDown = usable.every(({ guard }) => this.#guards.isDown(keyOf(guard)));
    if (!allDown) usable.sort((left, right) => left.load - right.load);
    return usable.map(({ guard }) => guard);
  }

  #hopsBehind(guard: PathNode, { destination, avoid = [] }: PathWish): PathNode[] | undefined {
    const target = this.#from.nodes.find(({ ed25519 }) => destination && equalBytes(ed25519, destination));
    const never = new Set(destination ? [keyOf({ ed25519: destination })] : []);
    const avoided = new Set(avoid.map((ed25519) => keyOf({ ed25519 })));
    const inUse = new Map<string, number>();
    for (const node of [...this.#guards.all, ...this.#paths.flatMap(({ hops }) => hops)]) {
      inUse.set(keyOf(node), Math.min((inUse.get(keyOf(node)) ?? 0) + PENALTY.inUse, PENALTY.avoid - 1));
    }
    const nearTarget = (node: PathNode) =>
      this.#from.subnets === 'distinct' &&
      target !== undefined &&
      networkOf(node.ip) === networkOf(target.ip);
    const penalty = (node: PathNode) =>
      (this.#strikes.isAside(keyOf(node)) ? PENALTY.aside : 0) +
      (avoided.has(keyOf(node)) || nearTarget(node) ? PENALTY.avoid : 0) +
      (inUse.get(keyOf(node)) ?? 0);
    const hops = [guard];
    while (hops.length < HOPS) {
      const { nodes, subnets } = this.#from;
      const next = pickNode({ nodes, subnets, apartFrom: hops, never, penalty, random: this.#random });
      if (!next) return undefined;
      hops.push(next);
    }
    return hops;
  }

  /** The path with the most strikes goes, else the oldest. */
  #makeRoom(purpose: string): void {
    const own = this.#paths.filter((path) => path.purpose === purpose);
    if (own.length < MAX_PATHS_PER_PURPOSE) return;
    const worst = own.reduce((most, path) => (path.strikes > most.strikes ? path : most));
    this.#drop(worst);
  }

  #worked(guard: string): void {
    const wasDown = this.#guards.isDown(guard);
    this.#guards.worked(guard);
    if (wasDown) this.#returnToPreferred();
  }

  /** When a guard lives again, what stood in for it is left. */
  #returnToPreferred(): void {
    this.#dropPathsOf((guard) => !this.#guards.isPreferred(keyOf(guard)));
  }

  #dropPathsOf(which: (guard: PathNode) => boolean): void {
    this.#paths = this.#paths.filter(({ hops }) => hops[0] !== undefined && !which(hops[0]));
  }

  /** Give up a path for what is said to be wrong behind its guard; each counts once. */
  #lose(path: Path, guard: PathNode): void {
    if (this.#paths.some(({ id }) => id === path.id)) this.#guards.lostPath(keyOf(guard));
    this.#drop(path);
    if (this.#guards.isDown(keyOf(guard))) this.#dropPathsOf((first) => keyOf(first) === keyOf(guard));
  }

  #drop({ id }: Path): void {
    this.#paths = this.#paths.filter((path) => path.id !== id);
  }
}
