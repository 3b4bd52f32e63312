import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex } from '@sotto/bytes';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import {
  type DirectoryNode,
  formatListFile,
  newList,
  newSwarmId,
  signList,
  swarmsOf,
} from '@sotto/directory';
import { initNode } from '@sotto/storage-node';
import { type Addresses, nodePlaces } from './addresses.ts';

/** Make the storage nodes of a world, each in its folder, and the signed list of them; resolves with its file. */
export async function makeNodes(request: {
  readonly dir: string;
  readonly addresses: Addresses;
  readonly swarms: readonly number[];
  readonly dataOf: (number: number) => string;
}): Promise<string> {
  const { dir, addresses, swarms, dataOf } = request;
  const nodes: DirectoryNode[] = [];
  for (const members of swarms) {
    const swarm = newSwarmId({ nodes });
    for (let member = 0; member < members; member++) {
      const number = nodes.length;
      const { host: ip, port: httpsPort } = nodePlaces(addresses, number).front;
      const made = await initNode({ data: dataOf(number), ip, httpsPort, omqPort: 0 });
      const keys = { ed25519: fromHex(made.pubkey_ed25519), x25519: fromHex(made.pubkey_x25519) };
      nodes.push({ ip, httpsPort, omqPort: 0, ...keys, swarm });
    }
  }
  const key = ed25519KeyPair(randomBytes(32));
  const list = newList({
    signers: [key.publicKey],
    threshold: 1,
    subnets: 'ignore',
    now: Date.now(),
    nodes,
  });
  if (swarmsOf(list.list).length !== swarms.length) throw new Error('this world has too few swarms');
  const file = join(dir, 'directory.json');
  await writeFile(file, formatListFile(signList(list, key.secretKey)));
  return file;
}
