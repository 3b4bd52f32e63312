import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailboxOwner, type MailboxOwner } from '../src/mailbox-owner.ts';
import { theOne } from '../src/roads-world.ts';
import { type StorageNode, type StorageNodes, startStorageNodes } from '../src/storage-nodes.ts';
import { waitUntil } from '../src/wait-until.ts';

/** The five processes of a swarm, between which the network is cut and joined again. */

/** From when they reach each other again to when they have the same (design §6). */
const HEALED = 60_000;

let storage: StorageNodes;
let here: readonly StorageNode[];
let there: readonly StorageNode[];
let owner: MailboxOwner;

beforeAll(async () => {
  storage = await startStorageNodes([5], undefined, { pipes: true });
  [here, there] = [storage.nodes.slice(0, 3), storage.nodes.slice(3)];
  owner = createMailboxOwner();
}, 180_000);
afterAll(() => storage?.close(), 60_000);

const places = (side: readonly StorageNode[]) =>
  side.map(({ ip, https_port }) => ({ ip, httpsPort: https_port }));

/** Store through one member, until as many as are on its side have it and no others. */
async function storeAmong(side: readonly StorageNode[], text: string): Promise<string> {
  let hash = '';
  await waitUntil(`${text} is kept by its side alone`, HEALED, async () => {
    const said = await owner.store(theOne(side), text);
    hash = said.hash;
    return said.members.filter((member) => member.hash !== undefined).length === side.length;
  });
  return hash;
}

const haveAll = (texts: readonly string[]) => async (): Promise<boolean> => {
  const all = await Promise.all(storage.nodes.map((node) => owner.read(node)));
  return all.every((read) => String(read) === String(texts.toSorted()));
};

describe('a swarm of separate processes that is cut in two', () => {
  it('has in the end what either side stored, and nothing that either side deleted', async () => {
    const before: string[] = [];
    for (let count = 0; count < 6; count++) {
      before.push(await storeAmong(storage.nodes, `before ${count}`));
    }

    storage.pipes?.cut(places(here), places(there));
    await storeAmong(here, 'stored here');
    await storeAmong(there, 'stored there');
    const briefHere = await storeAmong(here, 'stored and deleted here');
    const briefThere = await storeAmong(there, 'stored and deleted there');
    await owner.remove(theOne(here), [...before.slice(0, 2), briefHere]);
    await owner.remove(theOne(there), [...before.slice(2, 4), briefThere]);
    // Neither knows of the other, and either is as it was told, also one that starts anew from its disk.
    for (const node of [theOne(here), theOne(there)]) {
      await storage.kill(node);
      await storage.start(node);
    }
    expect(await owner.read(theOne(here))).toEqual([
      'before 2',
      'before 3',
      'before 4',
      'before 5',
      'stored here',
    ]);
    expect(await owner.read(theOne(there))).toEqual([
      'before 0',
      'before 1',
      'before 4',
      'before 5',
      'stored there',
    ]);

    storage.pipes?.join();
    const whole = ['before 4', 'before 5', 'stored here', 'stored there'];
    await waitUntil('all have the same', HEALED, haveAll(whole), 250);

    // It stays so when they have all compared again what they have.
    const last = await storeAmong(storage.nodes, 'after');
    await owner.remove(theOne(there), [last]);
    await waitUntil('what is deleted now is deleted everywhere', HEALED, haveAll(whole), 250);
  }, 240_000);
});
