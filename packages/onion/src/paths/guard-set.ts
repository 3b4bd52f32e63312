import type { Bytes } from '@sotto/bytes';
import {
  FIRST_GUARD_PAUSE,
  GUARD_GIVEN_UP_AFTER,
  GUARDS,
  LAST_GUARD_PAUSE,
  LOSSES_ABOVE_OTHERS,
  LOSSES_TO_DOUBT,
  MAX_GUARDS,
  STRIKES,
} from './limits.ts';
import { PathLosses } from './path-losses.ts';
import type { PathNode, PathNodes, RememberedGuard } from './path-types.ts';
import { keyOf, pickNode } from './pick-node.ts';

interface Guard {
  node: PathNode;
  strikes: number;
  /** Set while it is left alone. */
  downUntil: number | undefined;
  pause: number;
  downSince: number | undefined;
  /** No answer brings it back. */
  doubted: boolean;
}

/**
 * The few nodes that see a client's address. They are chosen once and kept: who changes guards often
 * meets a bad one soon. A guard that fails is replaced by another while it is down and takes its place
 * again when it answers; the first chosen are always preferred.
 */
export class GuardSet {
  readonly #now: () => number;
  readonly #random: (length: number) => Bytes;
  readonly #losses: PathLosses;
  #from: PathNodes;
  #guards: Guard[];
  #changes = 0;

  constructor(parts: {
    readonly from: PathNodes;
    readonly remembered: readonly RememberedGuard[];
    readonly now: () => number;
    readonly random: (length: number) => Bytes;
  }) {
    this.#now = parts.now;
    this.#random = parts.random;
    this.#losses = new PathLosses(parts.now);
    this.#from = parts.from;
    const byKey = new Map(parts.from.nodes.map((node) => [keyOf(node), node]));
    this.#guards = parts.remembered.slice(0, MAX_GUARDS).flatMap(({ key, downSince }) => {
      const node = byKey.get(keyOf({ ed25519: key }));
      // It may live again: one failure is enough to leave it alone, one answer to trust it.
      const strikes = downSince === undefined ? 0 : STRIKES - 1;
      return node ? [{ ...newGuard(node), strikes, downSince }] : [];
    });
  }

  /** Grows whenever `remembered` would say something new. */
  get changes(): number {
    return this.#changes;
  }

  /** In order of preference, the dead ones too. */
  get all(): readonly PathNode[] {
    return this.#guards.map(({ node }) => node);
  }

  remembered(): readonly RememberedGuard[] {
    return this.#guards.map(({ node, downSince }) => ({
      key: node.ed25519,
      ...(downSince === undefined ? {} : { downSince }),
    }));
  }

  /**
   * Those to build paths with, best first: the first living ones, of which there are made to be
   * enough, or, when none lives that may be used, the dead ones that have rested longest.
   */
  usable(may: (node: PathNode) => boolean): readonly PathNode[] {
    this.#giveUpDead();
    this.#fill(ANY);
    const preferred = this.#living(ANY).slice(0, GUARDS).filter(may);
    if (preferred.length > 0) return preferred;
    this.#fill(may);
    const others = this.#living(may).slice(0, 1);
    if (others.length > 0) return others;
    return this.#guards
      .filter(({ node, downUntil }) => downUntil !== undefined && may(node))
      .sort((left, right) => (left.downUntil ?? 0) - (right.downUntil ?? 0))
      .map(({ node }) => node);
  }

  isDown(key: string): boolean {
    return this.#find(key)?.downUntil !== undefined;
  }

  /** Among those that new paths would use now. */
  isPreferred(key: string): boolean {
    return this.#living(ANY)
      .slice(0, GUARDS)
      .some(({ ed25519 }) => keyOf({ ed25519 }) === key);
  }

  /** Dead guards that have been left alone for long enough to be asked whether they live. */
  due(): readonly PathNode[] {
    const now = this.#now();
    return this.#guards
      .filter(({ downUntil }) => downUntil !== undefined && downUntil <= now)
      .map(({ node }) => node);
  }

  /** It answered a question of its own. What its paths are worth, only `worked` can say. */
  answered(key: string): void {
    const guard = this.#find(key);
    if (guard?.downUntil === undefined || guard.doubted) return;
    guard.downUntil = undefined;
    guard.strikes = STRIKES - 1;
    this.#setDownSince(guard, undefined);
  }

  /** Something came back through it. */
  worked(key: string): void {
    const guard = this.#find(key);
    if (!guard || guard.doubted) return;
    guard.downUntil = undefined;
    guard.strikes = 0;
    guard.pause = FIRST_GUARD_PAUSE;
    this.#setDownSince(guard, undefined);
  }

  failed(key: string): void {
    const guard = this.#find(key);
    if (!guard) return;
    const now = this.#now();
    // What was on its way when it went down is no further failure.
    if (guard.downUntil !== undefined && guard.downUntil > now) return;
    guard.strikes++;
    if (guard.strikes < STRIKES) return;
    guard.downUntil = now + guard.pause;
    guard.pause = Math.min(guard.pause * 2, LAST_GUARD_PAUSE);
    this.#setDownSince(guard, guard.downSince ?? now);
  }

  /** How many paths behind it came to nothing lately. */
  losses(key: string): number {
    return this.#losses.of(key);
  }

  /**
   * A path behind it came to nothing. One that loses far more of them than the others is left: it may be
   * waiting for a path on which all are its own.
   */
  lostPath(key: string): void {
    const guard = this.#find(key);
    if (!guard || guard.doubted) return;
    this.#losses.add(key);
    const others = this.#living(ANY).filter((node) => keyOf(node) !== key);
    if (others.length === 0) return;
    const most = Math.max(...others.map((node) => this.#losses.of(keyOf(node))));
    const losses = this.#losses.of(key);
    if (losses < LOSSES_TO_DOUBT || losses < LOSSES_ABOVE_OTHERS * most) return;
    const now = this.#now();
    guard.doubted = true;
    guard.downUntil = now + GUARD_GIVEN_UP_AFTER;
    this.#setDownSince(guard, now);
  }

  /** A guard that the list no longer has is no guard any more. */
  replaceNodes(from: PathNodes): void {
    this.#from = from;
    const byKey = new Map(from.nodes.map((node) => [keyOf(node), node]));
    const kept = this.#guards.filter((guard) => {
      const node = byKey.get(keyOf(guard.node));
      if (node) guard.node = node;
      return node !== undefined;
    });
    if (kept.length !== this.#guards.length) this.#changes++;
    this.#guards = kept;
    this.#losses.keepOnly(new Set(this.all.map(keyOf)));
  }

  #living(may: (node: PathNode) => boolean): readonly PathNode[] {
    return this.#guards
      .filter(({ node, downUntil }) => downUntil === undefined && may(node))
      .map(({ node }) => node);
  }

  /** Choose more while too few live, but never more than the bound. */
  #fill(may: (node: PathNode) => boolean): void {
    while (this.#guards.length < MAX_GUARDS && this.#living(may).length < (may === ANY ? GUARDS : 1)) {
      const node = this.#pick(may);
      if (!node) return;
      this.#guards.push(newGuard(node));
      this.#changes++;
    }
  }

  /** Guards in different networks where that can be had. */
  #pick(may: (node: PathNode) => boolean): PathNode | undefined {
    const { nodes, subnets } = this.#from;
    const never = new Set(this.all.map(keyOf));
    const common = { nodes: nodes.filter(may), never, penalty: () => 0, random: this.#random };
    return (
      pickNode({ ...common, subnets, apartFrom: this.all }) ??
      pickNode({ ...common, subnets: 'ignore', apartFrom: [] })
    );
  }

  /** Only while another lives: with none alive it is our own network that is down. */
  #giveUpDead(): void {
    if (this.#living(ANY).length === 0) return;
    const before = this.#now() - GUARD_GIVEN_UP_AFTER;
    const kept = this.#guards.filter(
      ({ downUntil, downSince }) => downUntil === undefined || downSince === undefined || downSince > before,
    );
    if (kept.length === this.#guards.length) return;
    this.#changes++;
    this.#guards = kept;
    this.#losses.keepOnly(new Set(this.all.map(keyOf)));
  }

  #setDownSince(guard: Guard, downSince: number | undefined): void {
    if (guard.downSince === downSince) return;
    guard.downSince = downSince;
    this.#changes++;
  }

  #find(key: string): Guard | undefined {
    return this.#guards.find(({ node }) => keyOf(node) === key);
  }
}

const ANY = () => true;

function newGuard(node: PathNode): Guard {
  return {
    node,
    strikes: 0,
    downUntil: undefined,
    pause: FIRST_GUARD_PAUSE,
    downSince: undefined,
    doubted: false,
  };
}
