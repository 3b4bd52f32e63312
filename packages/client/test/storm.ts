import { createScheduler, quiet } from '@sotto/testkit';
import type { MessageId } from '../src/index.ts';
import { createWorld, type Person, type World } from './world.ts';

/** How bad it gets, each 0 to 1 per occasion. */
export interface Weather {
  readonly lost: number;
  readonly answerLost: number;
  readonly commitFails: number;
  readonly dies: number;
  readonly garbage: number;
  /** A road goes down or comes back, where there are two. */
  readonly turns?: number;
}

export interface Storm {
  readonly world: World;
  readonly people: readonly [Person, Person];
  readonly stranger: Person;
  readonly written: { from: Person; to: Person; text: string; id: MessageId }[];
}

/** Two contacts and a stranger write while requests are lost, commits fail and processes die at any step. */
export async function storm(seed: number, weather: Weather, actions: number): Promise<Storm> {
  const { turns = 0 } = weather;
  const world = createWorld(seed, { withOnion: turns > 0 });
  const { random, network, onion, clock } = world;
  const alice = await world.join('Alice');
  const bob = await world.join('Bob');
  const stranger = await world.join('Mallory');
  for (const [one, other] of [[alice, bob] as const, [bob, alice] as const]) {
    await one.client.addContact(other.account);
  }
  const scheduler = createScheduler(random);
  let raging = true;
  network.duplicates = 30;
  network.fate = async () => {
    if (!raging) return 'arrives';
    await scheduler.point();
    if (random.chance(weather.lost)) return 'lost';
    return random.chance(weather.answerLost) ? 'answer-lost' : 'arrives';
  };
  onion.fate = network.fate;
  const down = { relay: false, onion: false };
  function turn(): void {
    const road = random.pick(['relay', 'onion'] as const);
    down[road] = !down[road];
    (road === 'relay' ? network : onion).setDown(down[road]);
  }
  const haunt = (person: Person) => {
    person.store.beforeCommit = async () => {
      if (!raging) return;
      await scheduler.point();
      if (!person.dead && random.chance(weather.dies)) person.die();
      if (random.chance(weather.commitFails)) throw new Error('the disk has failed once');
    };
    person.store.afterCommit = () => {
      if (raging && !person.dead && random.chance(weather.dies)) person.die();
    };
  };
  const everybody = [alice, bob, stranger];
  for (const person of everybody) haunt(person);
  const written: Storm['written'] = [];
  const sending: Promise<void>[] = [];
  let count = 0;

  function send(from: Person, to: Person): void {
    const text = `${from === alice ? 'a' : from === bob ? 'b' : 'm'}${count++}`;
    const done = from.client.send({ to: to.account, text }).then(
      (outcome) => {
        if (outcome.outcome === 'written') written.push({ from, to, text, id: outcome.message });
      },
      () => undefined,
    );
    sending.push(done);
  }

  async function riseAll(): Promise<void> {
    for (const person of everybody) {
      if (!person.dead) continue;
      haunt(person);
      await person.rise();
    }
  }

  for (let action = 0; action < actions; action++) {
    const [from, to] = random.pick([[alice, bob] as const, [bob, alice] as const, [stranger, bob] as const]);
    if (!from.dead) send(from, to);
    if (random.chance(weather.garbage)) {
      const mail = network.accounts.get(bob.account)?.queue ?? [];
      const old = mail.length > 0 && random.chance(0.7) ? random.pick(mail).sealed : random.bytes(2_560);
      network.inject(bob.account, old);
    }
    if (random.chance(turns)) turn();
    await scheduler.run({ limit: random.integer(40) });
    await clock.advance(random.integer(1_500));
    if (random.chance(0.5)) await riseAll();
  }
  raging = false;
  network.fate = () => 'arrives';
  onion.fate = network.fate;
  network.setDown(false);
  onion.setDown(false);
  scheduler.release();
  await quiet();
  await riseAll();
  for (let pause = 0; pause < 40; pause++) await clock.advance(10_000);
  await Promise.all(sending);
  return { world, people: [alice, bob], stranger, written };
}
