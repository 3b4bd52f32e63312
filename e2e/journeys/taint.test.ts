import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deriveAccount, wordsToSeed } from '@sotto/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend } from '../src/devnet.ts';
import { type Cell, dumpDatabase, dumpNodeDatabase } from '../src/dump-database.ts';
import { type Canary, findCanaries, keyCanaries, searchIn, textCanary } from '../src/find-canaries.ts';
import { receive } from '../src/receive.ts';
import { createRoadsWorld, type RoadsWorld, theOne } from '../src/roads-world.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { say } from '../src/say.ts';
import type { Person } from '../src/world.ts';

/**
 * Everything that a person types is a canary nobody else would write, and so is every identifier. After
 * chats on both roads all that relay and nodes hold and print is searched for them, in many encodings.
 */
const LEDGER = fileURLToPath(new URL('../../docs/ledger.md', import.meta.url));

/** Namespace of account records. */
const RECORD = -41;

let world: RoadsWorld;
let people: { readonly alice: Person; readonly bob: Person; readonly carol: Person; readonly dan: Person };
/** What must be found nowhere. */
const secrets: Canary[] = [];
/** What may be found where the ledgers say: by whose it is. */
const identifiers = new Map<string, readonly Canary[]>();

function typed(what: string): string {
  const text = `${what} ${randomBytes(12).toString('hex')}`;
  secrets.push(textCanary(what, text), textCanary(`${what}, its end`, text.slice(-24)));
  return text;
}

beforeAll(async () => {
  world = await createRoadsWorld([3, 3], 1);
  const relay = theOne(world.relays);
  const named = (label: string) => ({ name: typed(`name of ${label}`) });
  const [alice, bob, dan] = [
    await world.person('alice', relay, named('alice')),
    await world.person('bob', relay, named('bob')),
    await world.person('dan', relay, named('dan')),
  ];
  const carol = await world.person('carol', undefined, named('carol'));
  people = { alice, bob, carol, dan };

  await befriend(alice, bob);
  await call('contacts', 'name', bob.account, typed('nickname of bob'), '--profile', alice.profile);
  await say(alice, bob, typed('text by relay'));
  await receive(bob);
  await say(bob, alice, typed('strict text'), ['--road', 'onion']);
  await receive(alice);
  await say(carol, alice, typed('request by onion'));
  await receive(alice);
  await call('contacts', 'accept', carol.account, '--profile', alice.profile);
  await say(alice, carol, typed('answer by onion'));
  await receive(carol);
  await locked(relay.url, alice);
  await rememberIdentifiers();
  // What nobody collects any more: for a contact on each road, and for strangers. Every command of a
  // profile collects, so from here on each person writes only to such as do nothing more.
  expect(await say(alice, bob, typed('strict text that waits'))).toMatchObject({ road: 'onion' });
  expect(await say(alice, dan, typed('request that waits'))).toMatchObject({ road: 'relay' });
  expect(await say(carol, alice, typed('text that waits'))).toMatchObject({ road: 'onion' });
}, 240_000);

afterAll(() => world?.close(), 60_000);

async function call(...args: readonly string[]): Promise<void> {
  const done = await runSotto(args);
  expect(done.code, done.stderr).toBe(0);
}

/** Somebody whose profile has a passphrase. */
async function locked(relay: string, to: Person): Promise<void> {
  const file = join(world.dir, 'passphrase');
  await writeFile(file, `${typed('passphrase')}\n`);
  const profile = join(world.dir, 'zoe');
  const more = ['--profile', profile, '--passphrase-file', file];
  await sottoJson([
    ...['account', 'create', '--name', typed('name of zoe'), '--relay', relay, ...more],
    ...['--directory', world.storage.list],
  ]);
  await sottoJson(['send', '--to', to.account, ...more, '--', typed('text of zoe')]);
}

async function rememberIdentifiers(): Promise<void> {
  for (const [name, { profile, account }] of Object.entries(people)) {
    const { aci } = await sottoJson(['account', 'show', '--profile', profile]);
    const { phrase } = await sottoJson(['account', 'show', '--phrase', '--profile', profile]);
    const words = String(phrase);
    secrets.push(textCanary(`words of ${name}`, words));
    secrets.push(textCanary(`first words of ${name}`, words.split(' ').slice(0, 5).join(' ')));
    const read = wordsToSeed(words);
    if (read.outcome !== 'seed') throw new Error('the words of an account are no words');
    const { identitySecret, ratchetSecret, recoverySecret } = deriveAccount(read.seed);
    for (const bytes of [read.seed, identitySecret, ratchetSecret, recoverySecret]) {
      secrets.push({ name: `a secret key of ${name}`, bytes });
    }
    identifiers.set(name, [
      ...keyCanaries(`account of ${name}`, account.slice(2)),
      ...keyCanaries(`ACI of ${name}`, String(aci).replaceAll('-', '')),
      textCanary(`ACI of ${name}, as text`, String(aci)),
    ]);
  }
}

/** Everything a server writes: its folder and what it prints, each with whose it is. */
function written(): readonly (readonly [server: string, path: string])[] {
  return [theOne(world.relays), ...world.storage.nodes].flatMap(({ data, log }, index) => {
    const server = index === 0 ? 'relay' : 'node';
    return [[server, data] as const, [server, log] as const];
  });
}

async function sightings(path: string, canaries: readonly Canary[]): Promise<readonly string[]> {
  const found = await searchIn(path, canaries);
  return found.map(({ canary, file, encoding }) => `${canary} in ${path}/${file} as ${encoding}`);
}

/** Identifiers of how many people stand in a row, and whose. */
function whoIsIn(row: Readonly<Record<string, Cell>>): readonly string[] {
  const cells = Object.values(row).filter((cell) => typeof cell === 'string' || cell instanceof Uint8Array);
  const whole = Buffer.concat(cells.flatMap((cell) => [Buffer.from(cell), Buffer.alloc(4)]));
  return [...identifiers]
    .filter(([, canaries]) => findCanaries(whole, canaries).length > 0)
    .map(([name]) => name);
}

const isDatabase = (file: string) => /\.db(-wal|-shm)?$/.test(file);

describe('what relay and nodes write', () => {
  it('holds nothing that a person typed, and no secret', async () => {
    for (const [, path] of written()) expect(await sightings(path, secrets)).toEqual([]);
  });

  it('holds what people typed in no readable form on their own disks either', async () => {
    // Without a passphrase the store's key lies beside it, but the words and texts are encrypted all the same.
    for (const { profile } of Object.values(people)) expect(await sightings(profile, secrets)).toEqual([]);
  });

  it('names an account in databases only, never in a log or another file', async () => {
    const canaries = [...identifiers.values()].flat();
    for (const [, path] of written()) {
      const found = (await searchIn(path, canaries)).filter(({ file }) => !isDatabase(file));
      expect(found.map(({ canary, file }) => `${canary} in ${path}/${file}`)).toEqual([]);
    }
  });

  it('names an account at the relay in the columns of the ledger only, and no two in one row', async () => {
    const ledger = await readFile(LEDGER, 'utf8');
    const listed = [...ledger.matchAll(/^\| `(\w+)\.(\w+)` \|/gm)].map(
      ([, table, column]) => `${table}.${column}`,
    );
    const named = new Set<string>();
    const { data } = theOne(world.relays);
    for (const file of ['relay.db', 'mailbox.db']) {
      for (const [table, rows] of await dumpDatabase(join(data, file))) {
        for (const row of rows) {
          expect(whoIsIn(row).length, `people in one row of ${table}`).toBeLessThanOrEqual(1);
          for (const [column, cell] of Object.entries(row)) {
            if (whoIsIn({ [column]: cell }).length > 0) named.add(`${table}.${column}`);
          }
        }
      }
    }
    expect(listed).toEqual(expect.arrayContaining([...named]));
    expect([...named].toSorted()).toEqual([
      ...[
        'account.aci',
        'account.identity_key',
        'device.aci',
        'lasting_key.aci',
        'mail.account',
        'mail.envelope',
      ],
      ...['one_time_key.aci', 'record.aci', 'record.signed_record'],
    ]);
  });

  it('names at the nodes whose mailbox a stranger’s message is in, and nobody in a contact’s', async () => {
    const contactMailboxes = new Set<string>();
    const ownerOf = new Map<string, number>();
    for (const { data } of world.storage.nodes) {
      for (const [table, rows] of await dumpNodeDatabase(join(data, 'node.db'))) {
        for (const row of rows) {
          const who = whoIsIn(row);
          expect(who.length, `people in one row of ${table}`).toBeLessThanOrEqual(1);
          const { pubkey } = row;
          if (!(pubkey instanceof Uint8Array)) {
            expect(who, `somebody in a row of ${table}`).toEqual([]);
            continue;
          }
          // Of what lies in a mailbox, only a record says whose it is: everybody may read it there.
          const { namespace = null, data: content = null } = row;
          if (namespace !== RECORD) expect(whoIsIn({ content }), 'somebody in a message').toEqual([]);
          const kind = Buffer.from(pubkey).toString('hex', 0, 1);
          ownerOf.set(kind, (ownerOf.get(kind) ?? 0) + 1);
          if (kind !== '03') continue;
          contactMailboxes.add(Buffer.from(pubkey).toString('hex'));
          expect(who, `somebody in a contact mailbox's row of ${table}`).toEqual([]);
        }
      }
    }
    expect([...ownerOf.keys()].toSorted()).toEqual(['03', '05']);
    // The relay hears of no mailbox, and no log does.
    const keys = [...contactMailboxes].flatMap((hex) => keyCanaries('a contact mailbox', hex.slice(2)));
    for (const [server, path] of written()) {
      const found = (await searchIn(path, keys)).filter(
        ({ file }) => server === 'relay' || !isDatabase(file),
      );
      expect(found).toEqual([]);
    }
  });

  it('keeps no address of a client', async () => {
    const nodes = new Set(world.storage.nodes.map(({ ip }) => ip));
    const clients = new Set((await world.storage.takeTrace()).map(({ from }) => from));
    const addresses = [...clients].filter((ip) => !nodes.has(ip)).map((ip) => textCanary('address', ip));
    expect(addresses.length).toBeGreaterThan(0);
    for (const [, path] of written()) expect(await sightings(path, addresses)).toEqual([]);
  });
});
