import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createNetwork,
  createOwner,
  membersFor,
  type Owner,
  retrieveParams,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/** Members of a swarm that have missed something, and how they get it. */

/** What is promised (docs/spec/storage-node.md); a machine with little else to do needs a second or two. */
const HEALED = 60_000;

let network: TestNetwork;
beforeAll(async () => {
  network = await createNetwork([7, 1], { pipes: true });
});
afterAll(() => network.close());

function pipes() {
  if (network.pipes === undefined) throw new Error('no pipes');
  return network.pipes;
}

/** Whose mailbox the seven keep. */
function ownerAtSeven(): { owner: Owner; members: readonly TestNode[] } {
  for (;;) {
    const owner = createOwner();
    const { inside } = membersFor(network, owner.mailbox);
    if (inside.length === 7) return { owner, members: inside };
  }
}

async function wipe(node: TestNode): Promise<void> {
  await network.stop(node);
  for (const name of ['node.db', 'node.db-wal', 'node.db-shm', 'layers']) {
    await rm(join(node.data, name), { recursive: true, force: true });
  }
}

async function texts(node: TestNode, owner: Owner, namespace = 40): Promise<readonly string[]> {
  const { body } = await rpc(node, 'retrieve', retrieveParams(owner, namespace, { max_size: -1 }));
  return textOf(body).sort();
}

async function remove(node: TestNode, owner: Owner, hashes: readonly string[]) {
  const signature = owner.sign(`delete${hashes.join('')}`);
  return rpc(node, 'delete', { pubkey: owner.pubkey, messages: hashes, signature });
}

async function store(node: TestNode, owner: Owner, text: string): Promise<string> {
  const { body } = await rpc(node, 'store', storeParams(owner, text));
  if (body.hash === undefined) throw new Error('not stored');
  return body.hash;
}

const agree = async (
  nodes: readonly TestNode[],
  owner: Owner,
  expected: readonly string[],
  namespace = 40,
) => {
  for (const node of nodes) {
    const there = await texts(node, owner, namespace);
    if (JSON.stringify(there) !== JSON.stringify([...expected].sort())) return false;
  }
  return true;
};

describe('four of a swarm of seven that lose everything', () => {
  it('have all of it again: mail, records, own state, and what was deleted stays deleted', async () => {
    const { owner, members } = ownerAtSeven();
    const [entry] = members;
    if (entry === undefined) throw new Error('no member');
    const mail: string[] = [];
    const hashes: string[] = [];
    for (let index = 0; index < 30; index++) {
      mail.push(`mail ${index}`);
      hashes.push(await store(entry, owner, `mail ${index}`));
    }
    expect((await rpc(entry, 'store', signedStore(owner, -41, 'record'))).status).toBe(200);
    expect((await rpc(entry, 'store', signedStore(owner, 42, 'state'))).status).toBe(200);
    await remove(entry, owner, hashes.slice(0, 5));
    const lost = members.slice(2, 6);
    await Promise.all(lost.map(wipe));
    await Promise.all(lost.map((node) => network.start(node)));
    await until('they have the mail', () => agree(lost, owner, mail.slice(5)), HEALED);
    await until('and the record', () => agree(lost, owner, ['record'], -41), HEALED);
    await until('and the state', () => agree(lost, owner, ['state'], 42), HEALED);
    expect(await agree(members, owner, mail.slice(5))).toBe(true);
  }, 120_000);
});

describe('a swarm that is cut in two', () => {
  it('loses nothing of either side and brings nothing back', async () => {
    const { owner, members } = ownerAtSeven();
    const [here, there] = [members.slice(0, 4), members.slice(4)];
    const [left, right] = [here[0], there[0]];
    if (left === undefined || right === undefined) throw new Error('no sides');
    const before = [];
    for (let index = 0; index < 6; index++) before.push(await store(left, owner, `before ${index}`));
    pipes().cut(here, there);
    await until('the cut is felt', async () => {
      const { body } = await rpc(left, 'store', storeParams(owner, 'left'));
      return Object.values(body.swarm ?? {}).filter(({ failed }) => failed === true).length === 3;
    });
    await store(right, owner, 'right');
    const brief = await store(right, owner, 'stored and deleted there');
    expect((await remove(left, owner, before.slice(0, 2))).status).toBe(200);
    expect((await remove(right, owner, [before[2] ?? '', brief])).status).toBe(200);
    pipes().join();
    const whole = ['before 3', 'before 4', 'before 5', 'left', 'right'];
    await until('all have the same', () => agree(members, owner, whole), HEALED);
  }, 120_000);
});
