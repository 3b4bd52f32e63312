import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupNode, restoreNode } from '../src/index.ts';
import {
  createNetwork,
  createOwner,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  until,
} from './_network.ts';

/** The keys of a node, kept elsewhere and brought back. */

let network: TestNetwork;
let node: TestNode;
let other: TestNode;
let count = 0;
const fresh = () => join(network.dir, `folder-${count++}`);

beforeAll(async () => {
  network = await createNetwork([2]);
  const [first, second] = network.nodes;
  if (first === undefined || second === undefined) throw new Error('no nodes');
  [node, other] = [first, second];
});
afterAll(() => network.close());

describe('a backup of a running node', () => {
  it('has its keys and none of the messages, for its owner alone', async () => {
    const owner = createOwner();
    const { body } = await rpc(node, 'store', storeParams(owner, 'canary of a message'));
    expect(body.hash).toBeDefined();
    const to = fresh();
    const told: string[] = [];
    const { files } = await backupNode({ data: node.data, to, progress: ({ name }) => told.push(name) });
    const names = ['certificate-key.pem', 'certificate.pem', 'directory.list', 'node.json'];
    expect(told.sort()).toEqual(names);
    expect(files).toBe(names.length);
    expect(readdirSync(to).sort()).toEqual(['backup.json', ...names].sort());
    for (const name of readdirSync(to)) {
      expect(statSync(join(to, name)).mode & 0o777).toBe(0o600);
      const content = readFileSync(join(to, name));
      expect(content.includes('canary of a message')).toBe(false);
      expect(content.includes(Buffer.from(owner.mailbox))).toBe(false);
    }
    expect(statSync(to).mode & 0o777).toBe(0o700);
  });

  it('comes back as the same node when everything else was lost, and its peers take it back', async () => {
    const to = fresh();
    await backupNode({ data: node.data, to });
    await network.stop(node);
    rmSync(node.data, { recursive: true });
    const { key } = await restoreNode({ from: to, data: node.data });
    expect(key).toBe(node.key);
    await network.start(node);
    expect(node.running?.directory.signed).toEqual(network.signed);
    // Once it is linked both ways, each vouches for what the other passes on.
    const owner = createOwner();
    for (const asked of [node, other]) {
      await until('both have it', async () => {
        const { body } = await rpc(asked, 'store', storeParams(owner, `by ${asked.key}`));
        return network.nodes.every(({ key: member }) => body.swarm?.[member]?.signature !== undefined);
      });
    }
  });
});

describe('a backup', () => {
  it('is made of a node alone, also of one that has never run', async () => {
    await expect(backupNode({ data: network.dir, to: fresh() })).rejects.toMatchObject({ code: 'no-node' });
    await expect(backupNode({ data: node.data, to: network.dir })).rejects.toMatchObject({
      code: 'bad-backup-folder',
    });
    const { data } = await network.outsider();
    expect(await backupNode({ data, to: fresh() })).toMatchObject({ files: 3 });
  });

  it('goes over no node that is there', async () => {
    const [to, outsider] = [fresh(), await network.outsider()];
    await backupNode({ data: outsider.data, to });
    const before = readFileSync(join(other.data, 'node.json'));
    await expect(restoreNode({ from: to, data: other.data })).rejects.toMatchObject({
      code: 'bad-data-folder',
    });
    expect(readFileSync(join(other.data, 'node.json'))).toEqual(before);
  });

  it('that was changed, or is of no node, restores nothing', async () => {
    const [to, data] = [fresh(), fresh()];
    await backupNode({ data: other.data, to });
    appendFileSync(join(to, 'node.json'), ' ');
    await expect(restoreNode({ from: to, data })).rejects.toMatchObject({ code: 'damaged-backup' });
    await expect(restoreNode({ from: other.data, data })).rejects.toMatchObject({ code: 'no-backup' });
    expect(existsSync(data)).toBe(false);
  });
});
