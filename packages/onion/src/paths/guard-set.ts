import type { Bytes } from '@sotto/bytes';
import {
  DEAD_STEP,
  FIRST_GUARD_PAUSE,
  GUARD_CHOICE_EVERY,
  GUARD_GIVEN_UP_AFTER,
  GUARDS,
  LAST_GUARD_PAUSE,
  LOSSES_ABOVE_OTHERS,
  LOSSES_TO_DOUBT,
  MAX_GUARDS,
  STRIKES,
} from './limits.ts';
import { ObservedTime } from './observed-time.ts';
import { PathLosses } from './path-losses.ts';
import type { GuardView, PathNode, PathNodes, RememberedGuard } from './path-types.ts';
import { keyOf, pickNode } from './pick-node.ts';

interface Guard {
  node: PathNode;
  chosenAt: number;
  strikes: number;
  /** Of its paths, since something came back by any of them or they last counted against it. */
  pathStrikes: number;
  /** Set while it is left alone. */
  downUntil: number | undefined;
  pause: number;
  /** Milliseconds, as seen; from the first time that it counts as dead to its next answer. */
  deadFor: number | undefined;
  /** No answer brings it back. */
  doubted: boolean;
}

/**
 * The few nodes that see a client's address. They are chosen once and kept: who changes guards often
 * meets a bad one soon. A guard that fails is replaced by another while it is down and takes its place
 * again when it answers; the first chosen are always preferred. Whoever can make guards fail gets to see two
 * more chosen, and then one in thirty days at the most.
 */
export class GuardSet {
  readonly #now: () => number;
  readonly #random: (length: number) => Bytes;
  readonly #losses: PathLosses;
  readonly #observed: ObservedTime;
  /** Of the observed time: up to when the dead have been told how long they are dead. */
  #countedTo = 0;
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
    this.#observed = new ObservedTime(parts.now);
    this.#losses = new PathLosses(() => this.#observed.total());
    this.#from = parts.from;
    const byKey = new Map(parts.from.nodes.map((node) => [keyOf(node), node]));
    this.#guards = parts.remembered.slice(0, MAX_GUARDS).flatMap((remembered) => {
      const { key, chosenAt, deadFor, doubted = false, losses } = remembered;
      const node = byKey.get(keyOf({ ed25519: key }));
      if (!node) return [];
      if (losses !== undefined) this.#losses.add(keyOf(node), losses);
      // It may live again: one failure is enough to leave it alone, one answer to trust it.
      const strikes = deadFor === undefined ? 0 : STRIKES - 1;
      const downUntil = doubted ? parts.now() : undefined;
      return [{ ...newGuard(node, chosenAt), strikes, downUntil, deadFor, doubted }];
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
    return this.#guards.map(({ node, chosenAt, deadFor, doubted }) => {
      const losses = this.#losses.of(keyOf(node));
      return {
        key: node.ed25519,
        chosenAt,
        ...(deadFor === undefined ? {} : { deadFor: stepsIn(deadFor) * DEAD_STEP }),
        ...(doubted ? { doubted } : {}),
        ...(losses === 0 ? {} : { losses }),
      };
    });
  }

  /** In order of preference. */
  view(): readonly GuardView[] {
    return this.#guards.map(({ node, chosenAt, downUntil }) => {
      const state = this.isPreferred(keyOf(node)) ? 'used' : 'reserve';
      return {
        ip: node.ip,
        key: node.ed25519,
        chosenAt,
        state: downUntil === undefined ? state : 'resting',
      };
    });
  }

  /**
   * Those to build paths with, best first: the first living ones, of which there are made to be
   * enough, or, when none lives that may be used, the dead ones that have rested longest.
   */
  usable(may: (node: PathNode) => boolean): readonly PathNode[] {
    this.#watch();
    this.#fill(ANY);
    this.#replaceDead();
    const preferred = this.#living(ANY).slice(0, GUARDS).filter(may);
    if (preferred.length > 0) return preferred;
    this.#fill(may);
    const others = this.#living(may).slice(0, 1);
    if (others.length > 0) return others;
    const rank = ({ doubted, downUntil }: Guard) => (doubted ? Number.POSITIVE_INFINITY : (downUntil ?? 0));
    return this.#guards
      .filter(({ node, downUntil }) => downUntil !== undefined && may(node))
      .sort((left, right) => (rank(left) < rank(right) ? -1 : 1))
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
    this.#watch();
    const now = this.#now();
    return this.#guards
      .filter(({ downUntil, doubted }) => !doubted && downUntil !== undefined && downUntil <= now)
      .map(({ node }) => node);
  }

  /** It answered a question of its own. What its paths are worth, only `worked` can say. */
  answered(key: string): void {
    const guard = this.#find(key);
    if (guard?.downUntil === undefined || guard.doubted) return;
    guard.downUntil = undefined;
    guard.strikes = STRIKES - 1;
    this.#setDeadFor(guard, undefined);
  }

  /** Something came back through it. */
  worked(key: string): void {
    const guard = this.#find(key);
    if (!guard || guard.doubted) return;
    guard.downUntil = undefined;
    guard.strikes = 0;
    guard.pathStrikes = 0;
    guard.pause = FIRST_GUARD_PAUSE;
    this.#setDeadFor(guard, undefined);
  }

  /**
   * A path behind it failed. True when that is to count against the guard: not path by path, since a path that
   * makes room for another takes its strikes with it.
   */
  struck(key: string): boolean {
    const guard = this.#find(key);
    if (!guard) return false;
    guard.pathStrikes = (guard.pathStrikes + 1) % STRIKES;
    return guard.pathStrikes === 0;
  }

  failed(key: string): void {
    this.#watch();
    const guard = this.#find(key);
    if (!guard || guard.doubted) return;
    const now = this.#now();
    // What was on its way when it went down is no further failure.
    if (guard.downUntil !== undefined && guard.downUntil > now) return;
    guard.strikes++;
    if (guard.strikes < STRIKES) return;
    guard.downUntil = now + guard.pause;
    guard.pause = Math.min(guard.pause * 2, LAST_GUARD_PAUSE);
    this.#setDeadFor(guard, guard.deadFor ?? 0);
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
    this.#changes++;
    const others = this.#living(ANY).filter((node) => keyOf(node) !== key);
    if (others.length === 0) return;
    const most = Math.max(...others.map((node) => this.#losses.of(keyOf(node))));
    const losses = this.#losses.of(key);
    if (losses < LOSSES_TO_DOUBT || losses < LOSSES_ABOVE_OTHERS * most) return;
    this.#watch();
    guard.doubted = true;
    guard.downUntil = this.#now();
    this.#setDeadFor(guard, guard.deadFor ?? 0);
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
      this.#guards.push(newGuard(node, this.#now()));
      this.#changes++;
    }
  }

  /**
   * When all places are taken and too few live, the one that has been dead for longest goes. Only while
   * another lives: with none alive it is our own network that is down.
   */
  #replaceDead(): void {
    const living = this.#living(ANY).length;
    if (this.#guards.length < MAX_GUARDS || living === 0 || living >= GUARDS) return;
    const lastChoice = Math.max(...this.#guards.map(({ chosenAt }) => chosenAt));
    if (this.#now() - lastChoice < GUARD_CHOICE_EVERY) return;
    const deadest = this.#guards
      .filter(({ downUntil }) => downUntil !== undefined)
      .reduce((most, guard) => ((guard.deadFor ?? 0) > (most.deadFor ?? 0) ? guard : most));
    if ((deadest.deadFor ?? 0) < GUARD_GIVEN_UP_AFTER) return;
    const node = this.#pick(ANY);
    if (!node) return;
    this.#guards = [...this.#guards.filter((guard) => guard !== deadest), newGuard(node, this.#now())];
    this.#losses.keepOnly(new Set(this.all.map(keyOf)));
    this.#changes++;
  }

  /** Count the time that guards are seen dead, and let no jump of the clock hold anything up. */
  #watch(): void {
    const [now, seen] = [this.#now(), this.#observed.total()];
    const anyLives = this.#living(ANY).length > 0;
    for (const guard of this.#guards) {
      guard.chosenAt = Math.min(guard.chosenAt, now);
      if (guard.downUntil === undefined) continue;
      guard.downUntil = Math.min(guard.downUntil, now + LAST_GUARD_PAUSE);
      if (anyLives) this.#setDeadFor(guard, (guard.deadFor ?? 0) + seen - this.#countedTo);
    }
    this.#countedTo = seen;
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

  #setDeadFor(guard: Guard, deadFor: number | undefined): void {
    const before = guard.deadFor;
    guard.deadFor = deadFor;
    const isSame =
      before === undefined || deadFor === undefined
        ? before === deadFor
        : stepsIn(before) === stepsIn(deadFor);
    if (!isSame) this.#changes++;
  }

  #find(key: string): Guard | undefined {
    return this.#guards.find(({ node }) => keyOf(node) === key);
  }
}

const ANY = () => true;

function newGuard(node: PathNode, chosenAt: number): Guard {
  return {
    node,
    chosenAt,
    strikes: 0,
    pathStrikes: 0,
    downUntil: undefined,
    pause: FIRST_GUARD_PAUSE,
    deadFor: undefined,
    doubted: false,
  };
}

function stepsIn(deadFor: number): number {
  return Math.floor(deadFor / DEAD_STEP);
}
