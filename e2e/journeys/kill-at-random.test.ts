import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { waitUntil } from '../src/wait-until.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

/** Sixty kills bound the chance of a loss per kill to 5 % with 95 % confidence (3/n); `npm run chaos` goes on for longer. */
const KILLS = Number(process.env['SOTTO_KILLS'] ?? '60');

/** What one side sent and what the other printed. */
interface Direction {
  readonly from: Person;
  readonly to: Person;
  /** Texts whose `send` answered with an ID, in order. */
  readonly acknowledged: string[];
  /** Texts whose `send` was cut off before its answer: they may arrive, but not twice. */
  readonly unsure: Set<string>;
  readonly printed: string[];
}

/** A daemon that is started again whenever it is gone; commands own the profile in the meantime. */
class Keeper {
  running: Running | undefined;
  #ending = false;
  readonly #profile: string;

  constructor(profile: string) {
    this.#profile = profile;
  }

  async keep(): Promise<void> {
    while (!this.#ending) {
      try {
        const running = await startUntilReady(['daemon', '--profile', this.#profile]);
        if (this.#ending) {
          await running.stop('SIGTERM');
          return;
        }
        this.running = running;
        await new Promise((resolve) => running.child.once('exit', resolve));
        this.running = undefined;
      } catch (error) {
        if (!/profile in use/i.test(String(error))) throw error;
      }
    }
  }

  async end(): Promise<void> {
    this.#ending = true;
    await this.running?.stop('SIGTERM');
  }
}

describe('kill -9 at random', () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
    bob = await world.person('bob');
    await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, '--', 'may I?']);
    await runSotto(['receive', '--profile', bob.profile]);
    await runSotto(['contacts', 'accept', alice.account, '--profile', bob.profile]);
    await runSotto(['receive', '--profile', alice.profile, '--timeout', '3']);
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  it(`delivers every acknowledged message once through ${KILLS} kills of relay and daemons`, async () => {
    const directions: Direction[] = [
      { from: alice, to: bob, acknowledged: [], unsure: new Set(), printed: [] },
      { from: bob, to: alice, acknowledged: [], unsure: new Set(), printed: [] },
    ];
    const keepers = [new Keeper(alice.profile), new Keeper(bob.profile)];
    let going = true;

    const sendOn = async ({ from, to, acknowledged, unsure }: Direction) => {
      while (going) {
        const text = randomText();
        const done = await runSotto([
          ...['send', '--profile', from.profile, '--to', to.account, '--timeout', '1', '--json', '--', text],
        ]);
        if (done.code === 0 || done.code === 3) acknowledged.push(text);
        else unsure.add(text);
      }
    };
    const receiveOnce = async ({ to, printed }: Direction) => {
      const done = await runSotto(['receive', '--profile', to.profile, '--timeout', '2', '--json']);
      for (const line of done.stdout.split('\n')) {
        if (line !== '') printed.push(String((JSON.parse(line) as { text: unknown }).text));
      }
    };
    const receiveOn = async (direction: Direction) => {
      while (going) await receiveOnce(direction);
    };
    const killAtRandom = async () => {
      for (let kill = 0; kill < KILLS; ) {
        await new Promise((resolve) => setTimeout(resolve, randomInt(20, 700)));
        const target = randomInt(3);
        if (target === 2) {
          await world.relay.stop('SIGKILL');
          await world.restartRelay();
          kill += 1;
        } else if (keepers[target]?.running !== undefined) {
          await keepers[target].running.stop('SIGKILL');
          kill += 1;
        }
      }
    };

    const kept = Promise.all(keepers.map((keeper) => keeper.keep()));
    const traffic = Promise.all([...directions.map(sendOn), ...directions.map(receiveOn)]);
    await killAtRandom();
    going = false;
    await traffic;

    const missing = ({ acknowledged, printed }: Direction) =>
      acknowledged.filter((text) => !printed.includes(text));
    await waitUntil('everything acknowledged has arrived', 90_000, async () => {
      await Promise.all(directions.map(receiveOnce));
      return directions.every((direction) => missing(direction).length === 0);
    }).catch(() => undefined);
    await Promise.all(keepers.map((keeper) => keeper.end()));
    await kept;

    for (const direction of directions) {
      const { acknowledged, unsure, printed } = direction;
      expect(missing(direction)).toEqual([]);
      expect(new Set(printed).size, 'nothing is printed twice').toBe(printed.length);
      const known = printed.filter((text) => !unsure.has(text));
      expect(known, 'in the order of sending').toEqual(acknowledged);
      expect(acknowledged.length, 'the storm let something through').toBeGreaterThan(KILLS / 10);
    }
  }, 1_500_000);
});
