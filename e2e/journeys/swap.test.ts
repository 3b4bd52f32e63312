import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Databases, describeRows, differences, type KnownNames } from '../src/describe-rows.ts';
import { type Cell, type Dump, dumpDatabase, dumpNodeDatabase } from '../src/dump-database.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import { type Person, randomText } from '../src/world.ts';

/**
 * The same world twice, once with alice writing to bob and once with carol: if what the servers hold tells
 * the two apart, it tells who wrote. All three exist in both, and both roads carry a message.
 */
interface Held {
  readonly databases: Databases;
  readonly known: KnownNames;
  /** Identifier of who wrote, at the relay. */
  readonly sender: Buffer;
}

let whenAlice: Held;
let whenCarol: Held;

beforeAll(async () => {
  whenAlice = await whenWrites('alice');
  whenCarol = await whenWrites('carol');
}, 240_000);

async function whenWrites(writer: 'alice' | 'carol'): Promise<Held> {
  // One swarm: with several, chance would decide which node keeps whose mailbox.
  const world = await createRoadsWorld([5], 1);
  try {
    const relay = theOne(world.relays);
    const bob = await world.person('bob', relay);
    const others = { alice: await world.person('alice', relay), carol: await world.person('carol', relay) };
    const sender = others[writer];
    await becomeContacts(sender, bob);
    for (const person of Object.values(others)) await receive(person, 1);
    const known = new Map<string, string>();
    for (const [name, person] of Object.entries({ bob, ...others })) {
      known.set(person.account.slice(2), name.toUpperCase());
      known.set(await aciOf(person), name.toUpperCase());
    }
    const identifier = Buffer.from(await aciOf(sender), 'hex');
    // Every command of a profile collects its mail, so from here on bob runs none: a message waits for
    // him on each road.
    expect(await say(sender, bob, randomText())).toMatchObject({ road: 'relay', state: 'sent' });
    expect(await say(sender, bob, randomText(), ['--road', 'onion'])).toMatchObject({
      road: 'onion',
      state: 'sent',
    });
    return { databases: await databasesOf(world), known, sender: identifier };
  } finally {
    await world.close();
  }
}

/** Hexadecimal text of the account's identifier at relays. */
async function aciOf(person: Person): Promise<string> {
  const { aci } = await sottoJson(['account', 'show', '--profile', person.profile]);
  return String(aci).replaceAll('-', '');
}

/** A request, an acceptance, an answer, a message: afterwards each knows the other's mailbox. */
async function becomeContacts(sender: Person, bob: Person): Promise<void> {
  await say(sender, bob, randomText());
  expect(await receive(bob)).toHaveLength(1);
  const accepted = await runSotto(['contacts', 'accept', sender.account, '--profile', bob.profile]);
  expect(accepted.code, accepted.stderr).toBe(0);
  await say(bob, sender, randomText());
  expect(await receive(sender)).toHaveLength(1);
  await say(sender, bob, randomText());
  expect(await receive(bob)).toHaveLength(1);
}

async function databasesOf(world: RoadsWorld): Promise<Databases> {
  const relay = theOne(world.relays);
  await world.killRelay(relay);
  await Promise.all(world.storage.nodes.map(world.storage.kill));
  const databases: [string, Dump][] = [];
  for (const name of ['relay.db', 'mailbox.db']) {
    databases.push([name, await dumpDatabase(join(relay.data, name))]);
  }
  for (const { data } of world.storage.nodes) {
    databases.push(['node.db', await dumpNodeDatabase(join(data, 'node.db'))]);
  }
  return databases;
}

/** What differs when a cell is added to every row of one table in both worlds. */
function differencesWith(
  database: string,
  table: string,
  cell: (held: Held, row: Readonly<Record<string, Cell>>) => Cell,
): readonly string[] {
  const planted = (held: Held) =>
    held.databases.map(([name, dump]): [string, Dump] => {
      const rows = dump.get(table)?.map((row) => ({ ...row, planted: cell(held, row) }));
      return [name, name === database && rows !== undefined ? new Map([...dump, [table, rows]]) : dump];
    });
  return differences(
    describeRows(planted(whenAlice), whenAlice.known),
    describeRows(planted(whenCarol), whenCarol.known),
  );
}

describe('what relay and nodes hold', () => {
  it('is the same whether alice or carol has written to bob', () => {
    const rows = describeRows(whenAlice.databases, whenAlice.known);
    // Mail waits at the relay and in bob's mailbox: there is something to be told apart.
    expect([...rows].filter((row) => /^mailbox\.db mail: .*BOB/.test(row)).length).toBeGreaterThan(0);
    expect([...rows].filter((row) => row.startsWith('node.db ')).length).toBeGreaterThan(5);
    expect(differences(rows, describeRows(whenCarol.databases, whenCarol.known))).toEqual([]);
  });

  it('would differ if mail named its sender', () => {
    expect(differencesWith('mailbox.db', 'mail', ({ sender }) => sender)).not.toEqual([]);
    expect(
      differencesWith('mailbox.db', 'mail', ({ sender }) => `from ${sender.toString('hex')}`),
    ).not.toEqual([]);
  });

  it('would differ if mail named its sender by something that stands for it', () => {
    const standIn = (identifier: Uint8Array) => createHash('sha256').update(identifier).digest();
    const planted = (held: Held): Databases =>
      held.databases.map(([name, dump]) => {
        const [table, column] = name === 'relay.db' ? ['account', 'aci'] : ['mail', ''];
        const rows = dump.get(table)?.map((row) => {
          const of = row[column] ?? held.sender;
          return { ...row, planted: standIn(of instanceof Uint8Array ? of : held.sender) };
        });
        return [name, rows === undefined ? dump : new Map([...dump, [table, rows]])];
      });
    expect(
      differences(
        describeRows(planted(whenAlice), whenAlice.known),
        describeRows(planted(whenCarol), whenCarol.known),
      ),
    ).not.toEqual([]);
  });

  it('would differ if a node’s message named its sender', () => {
    expect(differencesWith('node.db', 'message', ({ sender }) => sender)).not.toEqual([]);
  });
});
