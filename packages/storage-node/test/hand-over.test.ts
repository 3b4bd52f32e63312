import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DirectoryNode, formatListFile, signList, swarmFor, withNodes } from '@sotto/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNodeStore } from '../src/store/node-store.ts';
import {
  createNetwork,
  createOwner,
  type Owner,
  plain,
  retrieveParams,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/** Swarms that are founded and dissolved while they hold mail. */

const WITHIN = 60_000;
const MIDDLE = 2n ** 62n;

let network: TestNetwork;
/** In which swarm each node is by the newest list. */
const swarms = new Map<string, bigint>();

beforeAll(async () => {
  network = await createNetwork([4, 4]);
  for (const { key, swarm } of network.nodes) swarms.set(key, swarm);
});
afterAll(() => network.close());

async function move(nodes: readonly TestNode[], swarm: (node: TestNode) => bigint): Promise<void> {
  for (const node of nodes) swarms.set(node.key, swarm(node));
  const all: DirectoryNode[] = network.nodes.map((node) => ({
    ...plain(node),
    swarm: swarms.get(node.key) ?? node.swarm,
  }));
  network.signed = signList(withNodes(network.signed, all, Date.now()), network.signer.secretKey);
  await writeFile(network.file, formatListFile(network.signed));
}

function keepersOf(owner: Owner): readonly TestNode[] {
  const { id } = swarmFor(network.signed.list, owner.mailbox);
  return network.nodes.filter(({ key }) => swarms.get(key) === id);
}

/** Somebody whose mailbox is nearer to this one than to the other two. */
function ownerNear(id: bigint): Owner {
  const nodes = [0n, MIDDLE, 2n ** 63n].map((swarm, index) => ({ ...plainNode(index), swarm }));
  for (;;) {
    const owner = createOwner();
    if (swarmFor({ nodes }, owner.mailbox).id === id) return owner;
  }
}

function plainNode(index: number): Omit<DirectoryNode, 'swarm'> {
  const key = new Uint8Array(32).fill(index);
  return { ip: `127.0.0.${index}`, httpsPort: 1, omqPort: 0, ed25519: key, x25519: key };
}

async function texts(node: TestNode, owner: Owner, namespace: number): Promise<readonly string[]> {
  return textOf((await rpc(node, 'retrieve', retrieveParams(owner, namespace))).body).sort();
}

/** Whether everybody who should have it has all of it, and nothing that was deleted. */
async function isKept(owner: Owner, mail: readonly string[]): Promise<boolean> {
  for (const node of keepersOf(owner)) {
    if (String(await texts(node, owner, 40)) !== String(mail)) return false;
    if (String(await texts(node, owner, 42)) !== 'state') return false;
    if (String(await texts(node, owner, -41)) !== 'record') return false;
  }
  return true;
}

async function fill(owner: Owner): Promise<void> {
  const [entry] = keepersOf(owner);
  if (entry === undefined) throw new Error('nobody keeps it');
  const { body } = await rpc(entry, 'store', storeParams(owner, 'deleted'));
  await rpc(entry, 'store', storeParams(owner, 'mail'));
  await rpc(entry, 'store', signedStore(owner, 42, 'state'));
  await rpc(entry, 'store', signedStore(owner, -41, 'record'));
  const messages = [body.hash ?? ''];
  await rpc(entry, 'delete', {
    pubkey: owner.pubkey,
    messages,
    signature: owner.sign(`delete${messages[0]}`),
  });
}

/** How often it has looked and found nothing left to give away. */
function turnsOf(node: TestNode): number {
  return node.running?.events.totals()['hand-over-done'] ?? 0;
}

/** Of how many mailboxes a node that is stopped has anything that it does not keep. */
function foreignAt(node: TestNode): number {
  const store = openNodeStore(join(node.data, 'node.db'), () => undefined);
  const mine = swarms.get(node.key);
  const mailboxes = store.holdings.mailboxes(undefined, 10_000);
  store.close();
  return mailboxes.filter((mailbox) => swarmFor(network.signed.list, mailbox).id !== mine).length;
}

describe('mail', () => {
  // Five that each of the three swarms keeps, in the end.
  const owners = [0n, MIDDLE, 2n ** 63n].flatMap((id) => Array.from({ length: 5 }, () => ownerNear(id)));

  it('moves to a swarm that is founded, also from a node that was away, and stays nowhere else', async () => {
    for (const owner of owners) await fill(owner);
    const before = new Map(owners.map((owner) => [owner, keepersOf(owner)]));
    const [one, two, away, , five] = network.nodes as [TestNode, TestNode, TestNode, TestNode, TestNode];
    await network.stop(away);
    await move([one, two, five], () => MIDDLE);
    const moved = owners.filter(
      (owner) => !keepersOf(owner).every((node) => before.get(owner)?.includes(node)),
    );
    expect(moved.length).toBeGreaterThan(0);
    for (const owner of owners.filter((one) => !keepersOf(one).includes(away))) {
      await until('the new members have it', () => isKept(owner, ['mail']), WITHIN);
    }
    await network.start(away);
    for (const owner of owners) await until('all have it', () => isKept(owner, ['mail']), WITHIN);
    for (const node of network.nodes) {
      // Once at its start, and once since the list has changed.
      const turns = node === away ? 1 : 2;
      await until('it has given everything away', () => turnsOf(node) >= turns, WITHIN);
      await network.stop(node);
      expect(foreignAt(node)).toBe(0);
      await network.start(node);
    }
  }, 180_000);

  it('moves back when that swarm is dissolved', async () => {
    for (const owner of owners) {
      const [entry] = keepersOf(owner);
      if (entry !== undefined) await rpc(entry, 'store', storeParams(owner, 'since then'));
    }
    await move(network.nodes, ({ swarm }) => swarm);
    for (const owner of owners)
      await until('all have it', () => isKept(owner, ['mail', 'since then']), WITHIN);
  }, 180_000);
});
