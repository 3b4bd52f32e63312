import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type ClientParts, createClient } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { libsignalEngine } from '@sotto/ratchet-libsignal';
import { createProfileKey, openStore } from '@sotto/store-sqlite';

/** A client with its encrypted store, and the texts that have reached it. */
export interface Person {
  readonly client: Client;
  readonly account: string;
  /** The next text that reaches this person, in order of arrival. */
  next(): Promise<string>;
}

export interface Pair {
  readonly alice: Person;
  readonly bob: Person;
  close(): Promise<void>;
}

/** Longer than any honest message takes here; a lost one must end the run, not hang it. */
const PATIENCE = 30_000;

export const systemClock: ClientParts['clock'] = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Two clients who have accepted each other, each with an encrypted store on disk. The first one's may be somewhere
 * else, where it is only there to write to the second.
 */
export async function createPair(
  makeRoads: ClientParts['makeRoads'],
  network: string,
  place = tmpdir(),
): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const writers = mkdtempSync(join(place, 'sotto-bench-'));
  const alice = await createPerson(join(writers, 'alice'), makeRoads, network);
  const bob = await createPerson(join(folder, 'bob'), makeRoads, network);
  await bob.client.addContact(alice.account);
  await say(alice, bob, 'hello');
  await say(bob, alice, 'hello');
  await say(alice, bob, 'now with the access key');
  return {
    alice,
    bob,
    close: async () => {
      await alice.client.close();
      await bob.client.close();
      for (const each of [folder, writers]) rmSync(each, { recursive: true });
    },
  };
}

/** Send and wait until it has arrived. */
async function say(from: Person, to: Person, text: string): Promise<void> {
  await write(from, to, text);
  const got = await to.next();
  if (got !== text) throw new Error('a message was lost, repeated or reordered');
}

/** Send without waiting. */
export async function write(from: Person, to: Person, text: string): Promise<void> {
  const sent = await from.client.send({ to: to.account, text });
  if (sent.outcome !== 'written') throw new Error(`not written: ${sent.outcome}`);
}

async function createPerson(
  folder: string,
  makeRoads: ClientParts['makeRoads'],
  network: string,
): Promise<Person> {
  const key = createProfileKey({ folder });
  const store = await openStore({ path: join(folder, 'store.db'), key });
  const parts = { store, engine: libsignalEngine, makeRoads, clock: systemClock, random: randomBytes };
  const client = createClient(parts);
  const arrivals = createArrivals();
  client.subscribe((event) => {
    if (event.event === 'message' && event.message.direction === 'in') arrivals.add(event.message.text);
  });
  await client.start();
  const created = await client.createAccount({ name: 'bench', network });
  if (created.outcome !== 'created') throw new Error(`no account: ${created.outcome}`);
  await client.settled();
  return { client, account: created.account.account, next: arrivals.next };
}

function createArrivals(): { add(text: string): void; next(): Promise<string> } {
  const texts: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  return {
    add: (text) => {
      const first = waiting.shift();
      if (first === undefined) texts.push(text);
      else first(text);
    },
    next: () => {
      const text = texts.shift();
      if (text !== undefined) return Promise.resolve(text);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a message did not arrive')), PATIENCE);
        waiting.push((arrived) => {
          clearTimeout(timer);
          resolve(arrived);
        });
      });
    },
  };
}
