import { randomInt } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '@sotto/bytes';
import { parseListFile, swarmFor } from '@sotto/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDevnet, type Devnet } from '../src/devnet.ts';
import { createMailboxOwner, type MailboxOwner, type NodePlace } from '../src/mailbox-owner.ts';
import { receive } from '../src/receive.ts';
import { say } from '../src/say.ts';
import { waitUntil } from '../src/wait-until.ts';
import { type Person, randomText } from '../src/world.ts';

/** Twenty-one storage nodes in three swarms, of which one loses four members at once, with their disks. */

const MEMBERS = 7;
const LOST = 4;
/** Of seven, so many must hold a message before its sender calls it sent (design §1.6). */
const DURABLE = 5;
/** From when they are back, empty, to when they have everything (design §6). */
const HEALED = 60_000;
const TEXTS = 25;

interface DevnetNode extends NodePlace {
  readonly pubkey_ed25519: string;
  readonly data: string;
  /** As `devnet ctl` names it. */
  readonly name: string;
}

let devnet: Devnet;
let nodes: readonly DevnetNode[];
let alice: Person;
let bob: Person;

beforeAll(async () => {
  devnet = await createDevnet(['--nodes', '21', '--swarms', '3', '--no-relay']);
  const ready = devnet.running.ready['nodes'] as readonly Omit<DevnetNode, 'name'>[];
  nodes = ready.map((node, index) => ({ ...node, name: `node:${index + 1}` }));
  [alice, bob] = await Promise.all([devnet.person('alice'), devnet.person('bob')]);
}, 180_000);
afterAll(() => devnet?.close(), 60_000);

async function membersFor(mailbox: Uint8Array): Promise<readonly DevnetNode[]> {
  const { list } = parseListFile(await readFile(String(devnet.running.ready['directory']), 'utf8'));
  const keys = swarmFor(list, mailbox).nodes.map(({ ed25519 }) => Buffer.from(ed25519).toString('hex'));
  return nodes.filter(({ pubkey_ed25519 }) => keys.includes(pubkey_ed25519));
}

/** Somebody else whose mailbox the same members keep. */
async function neighbourOf(members: readonly DevnetNode[]): Promise<MailboxOwner> {
  for (;;) {
    const owner = createMailboxOwner();
    if ((await membersFor(owner.mailbox)).every((node) => members.includes(node))) return owner;
  }
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(randomInt(left.length), 1)[0] as Item);
}

/** What a process of a storage node keeps of others; its keys stay. */
async function empty({ data }: DevnetNode): Promise<void> {
  for (const name of ['node.db', 'node.db-wal', 'node.db-shm', 'layers']) {
    await rm(join(data, name), { recursive: true, force: true });
  }
}

describe('a swarm of seven of twenty-one storage nodes', () => {
  it('loses no message with any four members, and heals them when they come back empty', async () => {
    const members = await membersFor(fromHex(bob.account));
    expect(members).toHaveLength(MEMBERS);
    const neighbour = await neighbourOf(members);
    const said: string[] = [];
    for (let count = 0; count < 3; count++) {
      const text = randomText();
      const { state, stored_on = 0 } = await say(alice, bob, text);
      expect(state).toBe('sent');
      expect(stored_on).toBeGreaterThanOrEqual(DURABLE);
      said.push(text);
    }
    const kept: string[] = [];
    const hashes: string[] = [];
    for (let count = 0; count < TEXTS; count++) {
      const text = `text ${count}`;
      const [entry] = shuffled(members);
      if (entry === undefined) throw new Error('no member');
      const { hash, members: done } = await neighbour.store(entry, text);
      expect(done.filter((one) => one.hash === hash).length).toBeGreaterThanOrEqual(DURABLE);
      kept.push(text);
      hashes.push(hash);
    }

    const lost = shuffled(members).slice(0, LOST);
    const left = members.filter((node) => !lost.includes(node));
    await Promise.all(lost.map(({ name }) => devnet.ctl('kill', name)));
    const got: string[] = [];
    for (let asked = 0; asked < 4 && got.length < said.length; asked++) {
      for (const { text } of await receive(bob, 20)) got.push(String(text));
    }
    expect(got).toEqual(said);
    const [survivor] = left;
    if (survivor === undefined) throw new Error('nobody is left');
    await neighbour.remove(survivor, hashes.slice(0, 5));
    const expected = kept.slice(5).sort();

    await Promise.all(lost.map(empty));
    await Promise.all(lost.map(({ name }) => devnet.ctl('start', name)));
    const began = Date.now();
    for (const node of lost) {
      await waitUntil(
        `${node.name} has everything`,
        HEALED,
        async () => String(await neighbour.read(node)) === String(expected),
        250,
      );
    }
    expect(Date.now() - began).toBeLessThan(HEALED);
    // Also without whom they have it from.
    await Promise.all(left.map(({ name }) => devnet.ctl('kill', name)));
    for (const node of lost) expect(await neighbour.read(node)).toEqual(expected);
    expect(await receive(bob, 3)).toEqual([]);
  }, 240_000);
});
