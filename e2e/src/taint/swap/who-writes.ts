import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { befriend } from '../../devnet.ts';
import { type Dump, dumpDatabase, dumpNodeDatabase } from '../../dump-database.ts';
import { createRoadsWorld, type RoadsWorld, theOne } from '../../roads-world.ts';
import { runSotto, sottoJson } from '../../run-sotto.ts';
import { say } from '../../say.ts';
import type { Person } from '../../world.ts';
import { randomText } from '../../world.ts';
import { readCapture } from '../find/read-capture.ts';
import { mayCapture, startCapture } from '../world/capture.ts';
import { startDaemon } from '../world/daemon.ts';
import type { Databases, KnownNames } from './describe-rows.ts';
import { recordSizes } from './record-sizes.ts';
import { type RelayConnection, relayConnections } from './relay-connections.ts';

/** All that the servers of a world have, and what somebody on the network has seen. */
export interface Held {
  readonly databases: Databases;
  readonly known: KnownNames;
  /** Identifier of who wrote, at the relay. */
  readonly sender: Buffer;
  /** What servers printed, a line each, and names of their files; numbers are taken out. */
  readonly printed: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Sizes of what a guard was sent and sent back; undefined where packets cannot be seen. */
  readonly sizes: ReadonlySet<string> | undefined;
  /** All that went to the relay and back while one wrote and the other did not; empty where packets cannot be seen. */
  readonly atRelay: readonly RelayConnection[];
}

/** No receipt is due later than so long after what it is for (design §2), and a little more. */
const RECEIPTS_MS = 16_000;
/** Upkeep of a program that has just started is over when the relay has heard nothing for so long. */
const QUIET_MS = 3_000;

/** Alice and carol exist, and one of them is bob's contact and writes to him by both roads; a message waits on each. */
export async function whenWrites(writer: 'alice' | 'carol'): Promise<Held> {
  // One swarm: with several, chance would decide which node keeps whose mailbox.
  const world = await createRoadsWorld([5], 1);
  const capture = mayCapture()
    ? await startCapture(join(world.dir, 'packets.pcap'), world.storage.block)
    : undefined;
  try {
    const relay = theOne(world.relays);
    const dialling = new Dialling(world);
    const bob = await dialling.join('bob', 'BOB');
    const others = {
      alice: await dialling.join('alice', writer === 'alice' ? 'WRITER' : 'OTHER'),
      carol: await dialling.join('carol', writer === 'carol' ? 'WRITER' : 'OTHER'),
    };
    const sender = others[writer];
    await befriend(sender, bob);
    for (const person of Object.values(others)) await receive(person);
    const known = new Map<string, string>();
    for (const [name, person] of Object.entries({ bob, ...others })) {
      known.set(person.account.slice(2), name.toUpperCase());
      known.set(await aciOf(person), name.toUpperCase());
    }
    // Every command of a profile collects its mail, so from here on bob runs none: a message waits for him on each road.
    const window = join(world.dir, 'window.pcap');
    await whileBothRun(world, Object.values(others), async () => {
      if (capture !== undefined) await untilQuiet(capture.file, relay.at);
      const watching = capture && (await startCapture(window, world.storage.block));
      await mustSend(sender, bob, 'relay');
      await mustSend(sender, bob, 'onion');
      await watching?.stop();
    });
    await capture?.stop();
    const partOf = (address: string) => dialling.partOf(address);
    return {
      atRelay:
        capture === undefined ? [] : relayConnections(readCapture(readFileSync(window)), relay.at, partOf),
      known,
      sender: Buffer.from(await aciOf(sender), 'hex'),
      sizes: capture === undefined ? undefined : guardSizes(world, capture.file),
      ...(await heldBy(world)),
    };
  } finally {
    await world.close();
  }
}

/** Who dials from which address, as storage nodes have traced it. */
class Dialling {
  readonly #world: RoadsWorld;
  readonly #parts = new Map<string, string>();

  constructor(world: RoadsWorld) {
    this.#world = world;
  }

  async join(label: string, part: string): Promise<Person> {
    const person = await this.#world.person(label, theOne(this.#world.relays));
    const nodes = new Set(this.#world.storage.nodes.map(({ ip }) => ip));
    for (const { from } of await this.#world.storage.takeTrace()) {
      if (!nodes.has(from) && !this.#parts.has(from)) this.#parts.set(from, part);
    }
    return person;
  }

  partOf(address: string): string {
    return this.#parts.get(address) ?? 'SOMEBODY';
  }
}

/** Both are there and have nothing left to say: no receipt is due any more. */
async function whileBothRun(
  { dir }: RoadsWorld,
  people: readonly Person[],
  act: () => Promise<void>,
): Promise<void> {
  const daemons = await Promise.all(
    people.map(({ profile }, index) => startDaemon(profile, join(dir, `daemon-${index}.log`))),
  );
  try {
    await pause(RECEIPTS_MS);
    for (const { api } of daemons) await api.call('inbox.settle', {});
    await act();
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
  }
}

async function untilQuiet(file: string, relay: string): Promise<void> {
  const heard = () =>
    readCapture(readFileSync(file))
      .filter(({ from, to }) => from === relay || to === relay)
      .reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (let before = -1, now = heard(); now !== before; now = heard()) {
    before = now;
    await pause(QUIET_MS);
  }
}

async function receive(person: Person): Promise<void> {
  const done = await runSotto(['receive', '--profile', person.profile, '--timeout', '1', '--json']);
  if (done.code !== 0) throw new Error(`receive ended with ${done.code}: ${done.stderr}`);
}

async function mustSend(from: Person, to: Person, road: 'relay' | 'onion'): Promise<void> {
  const said = await say(from, to, randomText(), ['--road', road]);
  if (said.road !== road || said.state !== 'sent') throw new Error(`it went by ${said.road}: ${said.state}`);
}

/** Hexadecimal text of the account's identifier at relays. */
async function aciOf(person: Person): Promise<string> {
  const { aci } = await sottoJson(['account', 'show', '--profile', person.profile]);
  return String(aci).replaceAll('-', '');
}

async function heldBy(world: RoadsWorld): Promise<Pick<Held, 'databases' | 'printed' | 'files'>> {
  const relay = theOne(world.relays);
  await world.killRelay(relay);
  await Promise.all(world.storage.nodes.map(world.storage.kill));
  const databases: [string, Dump][] = [];
  for (const name of ['relay.db', 'mailbox.db']) {
    databases.push([name, await dumpDatabase(join(relay.data, name))]);
  }
  const printed = new Set(linesOf('relay', relay.log));
  const files = new Set(await filesOf('relay', relay.data));
  for (const { data, log } of world.storage.nodes) {
    databases.push(['node.db', await dumpNodeDatabase(join(data, 'node.db'))]);
    for (const line of linesOf('storage node', log)) printed.add(line);
    for (const file of await filesOf('storage node', data)) files.add(file);
  }
  return { databases, printed, files };
}

/** Addresses, times, keys and process IDs differ between any two worlds. */
const CHANGING = /[0-9a-f]{16,}|[\w-]{40,}|\d+/g;

function linesOf(server: string, file: string): readonly string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => `${server} printed: ${line.replace(CHANGING, '*')}`);
}

async function filesOf(server: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.map((name) => `${server} has the file ${name.replace(CHANGING, '*')}`);
}

/** Addresses of two worlds, which stand in headers of requests, may differ in their lengths. */
const STEP = 512;

/** What goes between clients and storage nodes, in bytes of one record. */
function guardSizes({ storage }: RoadsWorld, file: string): ReadonlySet<string> {
  const nodes = new Set(storage.nodes.map(({ ip }) => ip));
  const isNode = (place: string) => nodes.has(place.split(':')[0] ?? '');
  const isServer = (place: string) => isNode(place) || /:8443$/.test(place);
  const sizes = readCapture(readFileSync(file)).flatMap((stream) => {
    const [from, to] = [isNode(stream.from), isNode(stream.to)];
    if (from === to || isServer(stream.from) === isServer(stream.to)) return [];
    return recordSizes(stream).map(
      (size) => `${to ? 'to' : 'from'} a guard: up to ${Math.ceil(size / STEP) * STEP} bytes`,
    );
  });
  return new Set(sizes);
}
