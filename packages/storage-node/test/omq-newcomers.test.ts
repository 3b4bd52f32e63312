import { createServer } from 'node:https';
import { type Bytes, fromUtf8, toHex } from '@sotto/bytes';
import { signList, withNodes } from '@sotto/directory';
import { OxenMq } from '@sotto/oxenmq';
import { expect, it } from 'vitest';
import { readCertificate } from '../src/data/certificate.ts';
import { readBatch } from '../src/omq/take-batch.ts';
import {
  createNetwork,
  createOwner,
  membersFor,
  plain,
  rpc,
  signedStore,
  storeParams,
  type TestNode,
  until,
} from './_network.ts';
import { keysOf, times } from './_omq.ts';

/** What an original node hears of others: it has no links, and only keeps what it is given. */
async function listenLikeOriginal(node: TestNode, heard: Bytes[]) {
  const { certificate, privateKey } = readCertificate(node.data);
  const door = createServer({ cert: certificate, key: privateKey }, (_, response) => {
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => door.listen(node.httpsPort, node.ip, resolve));
  const endpoint = await OxenMq.open({
    keys: keysOf(node),
    categories: {
      sn: {
        access: 'node',
        find: (command) => async (parts) => {
          if (command === 'data') heard.push(...parts);
          return [];
        },
      },
    },
    isNode: () => true,
    isNodeAddress: () => true,
    count: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  await endpoint.listen(node.ip, node.omqPort);
  return async () => {
    door.close();
    await endpoint.close();
  };
}

/** A node of ours and an original one that is not on its list yet. */
async function meeting(swarms: readonly number[]) {
  const network = await createNetwork(swarms, { omq: true });
  const [ours, other, comer] = network.nodes as [TestNode, TestNode, TestNode];
  const heard: Bytes[] = [];
  for (const node of [other, comer]) await network.stop(node);
  const end = await listenLikeOriginal(comer, heard);
  const list = (nodes: readonly TestNode[]): void => {
    const next = withNodes(network.signed, nodes.map(plain), Date.now());
    network.signed = signList(next, network.signer.secretKey);
    ours.running?.directory.offer(network.signed);
  };
  list([ours, other]);
  return {
    ours,
    comes: () => list([ours, other, comer]),
    told: () => heard.flatMap((body) => readBatch(body)),
    keeps: (mailbox: Bytes) => membersFor(network, mailbox).inside.includes(comer),
    async close() {
      await end();
      await network.close();
    },
  };
}

it('an original node that comes to the swarm is given its mail, and nothing that it would misfile', async () => {
  const { ours, comes, told, close } = await meeting([3]);
  try {
    const [one, two] = [createOwner(), createOwner()];
    for (const text of ['first', 'second'])
      await rpc(ours, 'store', storeParams(one, text, { namespace: 0 }));
    await rpc(ours, 'store', storeParams(two, 'third', { namespace: 0 }));
    await rpc(ours, 'store', storeParams(one, 'a request', { namespace: 40 }));
    await rpc(ours, 'store', signedStore(one, 2, 'settings'));
    comes();
    await until('given', () => times(ours, 'pushed') === 3, 30_000);
    const messages = told();
    expect(messages.map(({ data }) => fromUtf8(data)).sort()).toEqual(['first', 'second', 'third']);
    expect(messages.filter(({ mailbox }) => Buffer.compare(mailbox, one.mailbox) === 0)).toHaveLength(2);
    expect(messages.every(({ timestamp, expiry }) => expiry - timestamp === 86_400_000)).toBe(true);
  } finally {
    await close();
  }
});

it('so is one that comes with a new swarm, of what that is to keep', async () => {
  const { ours, comes, told, keeps, close } = await meeting([2, 1]);
  try {
    const owners = Array.from({ length: 40 }, createOwner);
    for (const owner of owners) await rpc(ours, 'store', storeParams(owner, 'mail', { namespace: 0 }));
    comes();
    const theirs = owners.filter(({ mailbox }) => keeps(mailbox)).map(({ pubkey }) => pubkey);
    await until('given', () => times(ours, 'pushed') === theirs.length && theirs.length > 0, 30_000);
    expect(
      told()
        .map(({ mailbox }) => toHex(mailbox))
        .sort(),
    ).toEqual(theirs.sort());
  } finally {
    await close();
  }
});
