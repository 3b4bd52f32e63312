import { equalBytes, toHex } from '@sotto/bytes';
import { createSeededRandom } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeNode, makeNodes, seeded } from '../../test/_nodes.ts';
import {
  ASIDE_AFTER_STRIKES,
  DEAD_STEP,
  FIRST_GUARD_PAUSE,
  GUARD_CHOICE_EVERY,
  GUARD_GIVEN_UP_AFTER,
  LAST_GUARD_PAUSE,
  LONGEST_STEP,
  LOSS_FORGOTTEN_AFTER,
  LOSSES_TO_DOUBT,
  MAX_GUARDS,
} from './limits.ts';
import { PathKeeper } from './path-keeper.ts';
import type { Path, PathFailure, PathNode, PathNodes, RememberedGuard } from './path-types.ts';
import { networkOf } from './pick-node.ts';

function keep(from: PathNodes, more: { seed?: number; guards?: readonly RememberedGuard[] } = {}) {
  const time = { now: 1_000_000 };
  const keeper = new PathKeeper({
    from,
    guards: more.guards ?? [],
    now: () => time.now,
    random: seeded(more.seed ?? 1),
  });
  /** Let time go by as it does for a client that runs: it looks at its guards again and again. */
  const pass = (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= LONGEST_STEP) {
      time.now += Math.min(left, LONGEST_STEP);
      keeper.guardsToAsk();
    }
  };
  return { keeper, time, pass };
}

function kill(keeper: PathKeeper, guard: PathNode): void {
  for (let round = 0; round < 3; round++) keeper.guardFailed(guard);
}

function must(path: Path | undefined): Path {
  if (!path) throw new Error('no path');
  return path;
}

const keysOf = (nodes: readonly PathNode[]) => nodes.map(({ ed25519 }) => toHex(ed25519));
const keysOfAll = ({ nodes }: PathNodes) => nodes.map(({ ed25519 }) => ed25519);
const guardOf = (path: Path) => path.hops[0] as PathNode;

describe('a path', () => {
  it('has three different nodes, begins with a guard and never holds its destination, whatever fails', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), fc.integer(), (count, seed) => {
        const from = makeNodes(count);
        const { keeper, time } = keep(from, { seed });
        const random = createSeededRandom(seed);
        for (let step = 0; step < 40; step++) {
          const destination = random.pick(from.nodes);
          const path = keeper.path(random.pick(['ask', 'mail']), { destination: destination.ed25519 });
          if (!path) throw new Error('no path');
          const keys = keysOf(path.hops);
          expect(new Set(keys).size).toBe(3);
          expect(keys).not.toContain(toHex(destination.ed25519));
          expect(keysOf(keeper.allGuards())).toContain(keys[0]);
          expect(keeper.allGuards().length).toBeLessThanOrEqual(MAX_GUARDS);
          const failure = random.pick<PathFailure | undefined>([
            undefined,
            { kind: 'guard' },
            { kind: 'path' },
            { kind: 'not-found', node: random.pick(from.nodes).ed25519 },
          ]);
          if (failure) keeper.failed(path, failure);
          else keeper.succeeded(path, 100);
          time.now += random.integer(20_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes no two nodes of one /24, and gives a crowded /24 one chance', () => {
    const crowd = Array.from({ length: 60 }, (_, number) => makeNode(100 + number, `10.0.0.${number + 1}`));
    const spread = makeNodes(6).nodes;
    let crowded = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { keeper } = keep({ subnets: 'distinct', nodes: [...crowd, ...spread] }, { seed });
      const { hops } = must(keeper.path('ask'));
      expect(new Set(hops.map(({ ip }) => networkOf(ip))).size).toBe(3);
      if (networkOf(guardOf({ hops } as Path).ip) === '10.0.0') crowded++;
    }
    expect(crowded).toBeLessThan(80);
    const { keeper } = keep({ subnets: 'distinct', nodes: crowd });
    expect(keeper.path('ask')).toBeUndefined();
    expect(must(keep({ subnets: 'ignore', nodes: crowd }).keeper.path('ask')).hops).toHaveLength(3);
  });

  it('is kept for its purpose and shares no node behind the guards with those of other purposes', () => {
    const { keeper } = keep(makeNodes(30));
    const paths = ['a', 'b', 'c', 'd'].map((purpose) => must(keeper.path(purpose)));
    expect(keeper.path('a')).toBe(paths[0]);
    const behind = paths.flatMap(({ hops }) => keysOf(hops.slice(1)));
    expect(new Set(behind).size).toBe(8);
    const guards = paths.map((path) => toHex(guardOf(path).ed25519));
    expect(new Set(guards).size).toBe(2);
    for (const key of guards) expect(behind).not.toContain(key);
  });

  it('can be had in a list of four, for every destination', () => {
    const from = makeNodes(4);
    const { keeper } = keep(from);
    for (const { ed25519 } of from.nodes) {
      expect(keysOf(must(keeper.path('ask', { destination: ed25519 })).hops)).not.toContain(toHex(ed25519));
    }
    const three = keep(makeNodes(3)).keeper;
    expect(must(three.path('ask')).hops).toHaveLength(3);
    expect(three.path('ask', { destination: makeNode(0).ed25519 })).toBeUndefined();
  });

  it('goes around what should be avoided while there are others', () => {
    const from = makeNodes(9);
    const swarm = from.nodes.slice(0, 3).map(({ ed25519 }) => ed25519);
    for (let seed = 0; seed < 50; seed++) {
      const { keeper } = keep(from, { seed });
      const behind = keysOf(must(keeper.path('mail', { avoid: swarm })).hops.slice(1));
      for (const member of swarm) expect(behind).not.toContain(toHex(member));
    }
  });
});

describe('failures', () => {
  it('count against a guard behind which nothing works, however many paths make room for one another', () => {
    for (let seed = 0; seed < 20; seed++) {
      const from = makeNodes(6);
      const { keeper, time } = keep(from, { seed });
      const [bad] = keeper.guards();
      const random = createSeededRandom(seed);
      const isBad = (path: Path) => equalBytes(guardOf(path).ed25519, (bad as PathNode).ed25519);
      let failures = 0;
      while (failures < 30 && keeper.livingGuards().some((guard) => guard === bad)) {
        const tried: Path[] = [];
        for (let ask = 0; ask < 3; ask++) {
          const { ed25519: destination } = random.pick(from.nodes);
          const path = must(keeper.path('ask', { destination, not: tried }));
          if (!isBad(path)) keeper.succeeded(path, 100);
          else {
            keeper.failed(path, { kind: 'path' });
            tried.push(path);
            failures++;
          }
        }
        time.now += 60_000;
      }
      expect(failures, `seed ${seed}`).toBe(9);
    }
  });

  it('take a node out at once that the hop before does not know, and only one of that path', () => {
    const from = makeNodes(20);
    const { keeper } = keep(from);
    const path = must(keeper.path('ask'));
    const [, , last] = path.hops;
    const stranger = from.nodes.find((node) => !path.hops.includes(node)) as PathNode;
    keeper.failed(path, { kind: 'not-found', node: stranger.ed25519 });
    expect(keeper.path('ask')).toBe(path);
    keeper.failed(path, { kind: 'not-found', node: (last as PathNode).ed25519 });
    for (let round = 0; round < 30; round++) {
      const next = must(keeper.path(`other ${round}`));
      expect(keysOf(next.hops)).not.toContain(toHex((last as PathNode).ed25519));
    }
  });

  it('rebuild a path at the third strike, keep its nodes aside for a while and then take them again', () => {
    const from = makeNodes(6);
    const { keeper, time } = keep(from);
    const path = must(keeper.path('ask'));
    const behind = keysOf(path.hops.slice(1));
    keeper.failed(path, { kind: 'path' });
    keeper.failed(path, { kind: 'path' });
    expect(keeper.path('ask')).toBe(path);
    keeper.failed(path, { kind: 'path' });
    for (const purpose of ['ask', 'b']) {
      for (const key of keysOf(must(keeper.path(purpose)).hops.slice(1))) expect(behind).not.toContain(key);
    }
    time.now += ASIDE_AFTER_STRIKES;
    const seen = new Set<string>();
    for (let round = 0; round < 40; round++) {
      for (const key of keysOf(must(keeper.path(`later ${round}`)).hops.slice(1))) seen.add(key);
    }
    for (const key of behind) expect(seen).toContain(key);
  });

  it('are forgotten when the path works', () => {
    const { keeper } = keep(makeNodes(9));
    const path = must(keeper.path('ask'));
    for (let round = 0; round < 10; round++) {
      keeper.failed(path, { kind: 'path' });
      keeper.failed(path, { kind: 'path' });
      keeper.succeeded(path, 40);
    }
    expect(keeper.path('ask')).toBe(path);
    expect(keeper.view()[0]?.latency).toBe(40);
  });

  it('of a request lead it over another path and another guard at once', () => {
    const { keeper } = keep(makeNodes(12));
    const path = must(keeper.path('ask'));
    const second = must(keeper.path('ask', { not: [path] }));
    expect(second.id).not.toBe(path.id);
    const third = must(keeper.path('ask', { notGuards: [guardOf(path).ed25519] }));
    expect(equalBytes(guardOf(third).ed25519, guardOf(path).ed25519)).toBe(false);
  });
});

describe('guards', () => {
  it('are two, and the same in the next run', () => {
    const from = makeNodes(20);
    const first = keep(from).keeper;
    for (let round = 0; round < 10; round++) first.path(`${round}`);
    expect(first.allGuards()).toHaveLength(2);
    const second = keep(from, { seed: 99, guards: first.rememberedGuards() }).keeper;
    for (let round = 0; round < 10; round++) second.path(`${round}`);
    expect(second.allGuards()).toEqual(first.allGuards());
    expect(second.changes).toBe(0);
  });

  it('are replaced only after three failures, and take their place again when they live', () => {
    const { keeper, time } = keep(makeNodes(20));
    const path = must(keeper.path('ask'));
    const guard = guardOf(path);
    keeper.failed(path, { kind: 'guard' });
    keeper.failed(path, { kind: 'guard' });
    must(keeper.path('b'));
    expect(keeper.allGuards()).toHaveLength(2);
    keeper.failed(path, { kind: 'guard' });
    const paths = ['ask', 'b', 'c', 'd'].map((purpose) => must(keeper.path(purpose)));
    expect(keeper.allGuards()).toHaveLength(3);
    for (const other of paths) expect(guardOf(other)).not.toBe(guard);
    expect(keeper.guardsToAsk()).toEqual([]);
    time.now += FIRST_GUARD_PAUSE;
    expect(keeper.guardsToAsk()).toEqual([guard]);
    keeper.guardAnswered(guard);
    const again = ['ask', 'b', 'c', 'd', 'e'].map((purpose) => guardOf(must(keeper.path(purpose))));
    expect(again).toContain(guard);
    expect(keysOf(again).every((key) => keysOf(keeper.allGuards().slice(0, 2)).includes(key))).toBe(true);
  });

  it('never grow beyond their bound, and the one that has rested longest is tried when all are dead', () => {
    const { keeper, time } = keep(makeNodes(40));
    for (let round = 0; round < 200; round++) {
      keeper.failed(must(keeper.path('ask')), { kind: 'guard' });
      time.now += 100;
    }
    expect(keeper.allGuards()).toHaveLength(MAX_GUARDS);
    const path = must(keeper.path('ask'));
    keeper.succeeded(path, 10);
    expect(guardOf(must(keeper.path('b')))).toBe(guardOf(path));
  });

  it('that let nothing through count as dead', () => {
    const { keeper } = keep(makeNodes(40));
    const bad = guardOf(must(keeper.path('ask')));
    for (let round = 0; round < 60; round++) {
      const path = must(keeper.path('ask'));
      if (guardOf(path) === bad) keeper.failed(path, { kind: 'path' });
      else keeper.succeeded(path, 10);
    }
    expect(guardOf(must(keeper.path('ask')))).not.toBe(bad);
  });

  it.each(['not-found', 'path'] as const)('cannot refuse company until it suits them: %s', (kind) => {
    const from = makeNodes(200);
    const { keeper, time, pass } = keep(from);
    const first = must(keeper.path('mail'));
    const bad = guardOf(first);
    const refused = new Set<number>();
    for (let round = 0; round < 100; round++) {
      time.now += 200;
      // All else that goes through it is let through.
      keeper.succeeded(first, 50);
      const path = must(keeper.path(`${round % 30}`));
      if (guardOf(path) !== bad) keeper.succeeded(path, 50);
      else {
        refused.add(path.id);
        const node = (path.hops[1] as PathNode).ed25519;
        if (kind === 'not-found') keeper.failed(path, { kind, node });
        else for (let strike = 0; strike < 3; strike++) keeper.failed(path, { kind });
      }
    }
    expect(refused.size).toBe(LOSSES_TO_DOUBT);
    keeper.succeeded(first, 50);
    keeper.guardAnswered(bad);
    for (const purpose of ['mail', '1', '2', '3', 'x', 'y']) {
      expect(guardOf(must(keeper.path(purpose)))).not.toBe(bad);
    }
    // Neither time nor another run brings it back.
    pass(GUARD_GIVEN_UP_AFTER);
    expect(keeper.guardsToAsk()).toEqual([]);
    const again = keep(from, { seed: 9, guards: keeper.rememberedGuards() }).keeper;
    again.guardAnswered(bad);
    for (const each of [keeper, again]) {
      for (const purpose of ['later', 'v', 'w']) expect(guardOf(must(each.path(purpose)))).not.toBe(bad);
    }
  });

  it('get no fresh choices when the client starts again', () => {
    const from = makeNodes(200);
    let { keeper } = keep(from);
    const [bad, good] = keeper.guards() as [PathNode, PathNode];
    for (let lost = 0; lost < LOSSES_TO_DOUBT; lost++) {
      const path = must(keeper.path(`${lost}`, { notGuards: [good.ed25519] }));
      expect(guardOf(path)).toBe(bad);
      const before = keeper.changes;
      keeper.failed(path, { kind: 'not-found', node: (path.hops[1] as PathNode).ed25519 });
      expect(keeper.changes).toBeGreaterThan(before);
      ({ keeper } = keep(from, { seed: lost, guards: keeper.rememberedGuards() }));
    }
    expect(keeper.guards()).toContain(good);
    expect(keeper.guards()).not.toContain(bad);
  });

  it('that lose as much as the others are not to blame', () => {
    const { keeper, time } = keep(makeNodes(200));
    for (let round = 0; round < 60; round++) {
      time.now += 200;
      const path = must(keeper.path(`${round}`));
      keeper.failed(path, { kind: 'not-found', node: (path.hops[1] as PathNode).ed25519 });
    }
    expect(keeper.allGuards()).toHaveLength(2);
  });

  it('that lose a path now and then are not to blame', () => {
    const { keeper, pass } = keep(makeNodes(200));
    const guard = guardOf(must(keeper.path('a')));
    const other = guardOf(must(keeper.path('b')));
    for (let round = 0; round < 3 * LOSSES_TO_DOUBT; round++) {
      const path = must(keeper.path(`${round}`, { notGuards: [other.ed25519] }));
      expect(guardOf(path)).toBe(guard);
      keeper.failed(path, { kind: 'not-found', node: (path.hops[2] as PathNode).ed25519 });
      pass(LOSS_FORGOTTEN_AFTER);
    }
    expect(keeper.allGuards()).toHaveLength(2);
  });

  it('give up their place when all places are taken, and they were seen dead for days', () => {
    const from = makeNodes(20);
    const { keeper, time, pass } = keep(from);
    must(keeper.path('ask'));
    const dead: PathNode[] = [];
    while (dead.length < MAX_GUARDS - 1) {
      const guard = keeper.guards().find((each) => !dead.includes(each)) as PathNode;
      kill(keeper, guard);
      dead.push(guard);
      must(keeper.path('ask'));
    }
    expect(keeper.allGuards()).toHaveLength(MAX_GUARDS);
    const before = keeper.changes;
    pass(DEAD_STEP);
    expect(keeper.changes).toBeGreaterThan(before);
    pass(GUARD_GIVEN_UP_AFTER);
    must(keeper.path('b'));
    // It is not a month since the last was chosen.
    for (const guard of dead) expect(keeper.allGuards()).toContain(guard);
    time.now += GUARD_CHOICE_EVERY;
    must(keeper.path('c'));
    expect(keeper.allGuards()).toHaveLength(MAX_GUARDS);
    expect(keeper.allGuards()).not.toContain(dead[0]);
    expect(keeper.allGuards()).toContain(dead[1]);
  });

  it('give up their place when they are listed no more', () => {
    const from = makeNodes(20);
    const { keeper } = keep(from);
    const live = guardOf(must(keeper.path('ask')));
    const before = keeper.changes;
    keeper.replaceNodes({ ...from, nodes: from.nodes.filter((node) => node !== live) });
    expect(keeper.changes).toBeGreaterThan(before);
    expect(keeper.allGuards()).not.toContain(live);
    expect(guardOf(must(keeper.path('ask')))).not.toBe(live);
  });

  it('are few, whoever makes them fail for months, also over restarts', () => {
    const from = makeNodes(200);
    const days = 100;
    let { keeper, time } = keep(from);
    const seen = new Set<string>();
    const start = time.now;
    for (let step = 0; step < (days * 86_400_000) / LONGEST_STEP; step++) {
      time.now += LONGEST_STEP;
      keeper.guardsToAsk();
      if (step % 30 > 0) continue;
      const path = must(keeper.path(`${step % 5}`));
      for (const key of keysOf(keeper.allGuards())) seen.add(key);
      // One is let live, so that it is the others that seem to be dead: the one that was chosen last.
      const last = keeper.allGuards().at(-1) as PathNode;
      if (guardOf(path) === last) keeper.succeeded(path, 10);
      for (const guard of keeper.allGuards()) if (guard !== last) kill(keeper, guard);
      if (step % 3_000 === 0) {
        const { now } = time;
        ({ keeper, time } = keep(from, { seed: step, guards: keeper.rememberedGuards() }));
        time.now = now;
      }
    }
    expect(time.now - start).toBe(days * 86_400_000);
    expect(seen.size).toBeGreaterThan(MAX_GUARDS);
    expect(seen.size).toBeLessThanOrEqual(MAX_GUARDS + Math.floor(days / 30));
  });

  it('lose no place when the clock jumps, and are not left alone for longer', () => {
    const { keeper, time } = keep(makeNodes(40));
    for (let round = 0; round < 200; round++) {
      keeper.failed(must(keeper.path('ask')), { kind: 'guard' });
      time.now += 100;
    }
    const all = keysOf(keeper.allGuards());
    keeper.guardAnswered(keeper.allGuards()[3] as PathNode);
    for (const jump of [400, -800, 4_000, -4_000]) {
      time.now += jump * 86_400_000;
      keeper.guardsToAsk();
      must(keeper.path(`${jump}`));
      expect(keysOf(keeper.allGuards())).toEqual(all);
    }
    time.now += LAST_GUARD_PAUSE;
    expect(keysOf(keeper.guardsToAsk())).toEqual(all.slice(0, 3));
  });

  it('that were chosen by a clock that was ahead can be replaced all the same', () => {
    const from = makeNodes(40);
    const year = 365 * 86_400_000;
    const [first, ...rest] = keysOfAll(from);
    const { keeper, time, pass } = keep(from, {
      guards: [
        { key: first as PathNode['ed25519'], chosenAt: 1_000_000 + year },
        ...rest.slice(0, 3).map((key) => ({ key, chosenAt: 0, deadFor: GUARD_GIVEN_UP_AFTER })),
      ],
    });
    for (const guard of keeper.allGuards().slice(1)) kill(keeper, guard);
    pass(LONGEST_STEP);
    must(keeper.path('a'));
    expect(keeper.allGuards().map(({ ed25519 }) => ed25519)).toEqual([first, ...rest.slice(0, 3)]);
    time.now += GUARD_CHOICE_EVERY;
    must(keeper.path('b'));
    expect(keeper.allGuards().map(({ ed25519 }) => ed25519)).not.toEqual([first, ...rest.slice(0, 3)]);
  });

  it('stay when paths are built anew, and are shown with what they are for', () => {
    const { keeper } = keep(makeNodes(40));
    const before = ['a', 'b', 'c'].map((purpose) => must(keeper.path(purpose)));
    const guards = keysOf(keeper.allGuards());
    keeper.rotate();
    expect(keeper.view()).toEqual([]);
    const after = ['a', 'b', 'c'].map((purpose) => must(keeper.path(purpose)));
    expect(after.map(({ id }) => id)).not.toEqual(before.map(({ id }) => id));
    expect(keysOf(keeper.allGuards())).toEqual(guards);
    expect(keeper.viewGuards().map(({ state }) => state)).toEqual(guards.map(() => 'used'));
    kill(keeper, keeper.allGuards()[0] as PathNode);
    must(keeper.path('d'));
    expect(keeper.viewGuards().map(({ state }) => state)).toEqual(['resting', 'used', 'used']);
  });
});
