import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWN_FILES } from '../src/data/data-folder.ts';
import { listNodeColumns, readMailboxLedger } from '../src/ledger/read-mailbox-ledger.ts';
import { readNodeLedger } from '../src/ledger/read-node-ledger.ts';
import {
  createNetwork,
  createOwner,
  rpc,
  signedStore,
  storeParams,
  type TestNetwork,
  type TestNode,
} from './_network.ts';

/** What a node holds, read from its folder while it runs, and the page that explains it. */

let network: TestNetwork;
let node: TestNode;
beforeAll(async () => {
  network = await createNetwork([1]);
  const [only] = network.nodes;
  if (only === undefined) throw new Error('no node');
  node = only;
});
afterAll(() => network.close());

const page = readFileSync(new URL('../../../docs/ledger-node.md', import.meta.url), 'utf8');

/** Files of a node whose nodes are in a registry. */
const WITH_REGISTRY = ['vote-key', 'registry.json'];

describe('the ledger of a node', () => {
  it('is published for every column there is, and for no other', () => {
    const published = [...page.matchAll(/^\| `(\w+\.\w+)` \|/gm)].map(([, column]) => column);
    const existing = listNodeColumns(node.data);
    expect(existing.length).toBeGreaterThan(25);
    expect(published.sort()).toEqual([...existing].sort());
  });

  it('is published for every file of the folder', () => {
    const names = readdirSync(node.data).filter((name) => !/-(wal|shm|journal)$/.test(name));
    const always = OWN_FILES.filter((name) => !WITH_REGISTRY.includes(name));
    expect(names).toEqual(expect.arrayContaining([...always, 'layers', 'node.db', 'owner.lock']));
    for (const name of [...names, ...WITH_REGISTRY]) expect(page).toContain(`\`${name}\``);
  });

  it('counts rows and bytes of all, by kind', async () => {
    const [alice, bob] = [createOwner(), createOwner()];
    for (const [owner, text] of [
      [alice, '12345'],
      [bob, '1234567'],
    ] as const) {
      expect((await rpc(node, 'store', storeParams(owner, text))).status).toBe(200);
    }
    const { tables, files } = readNodeLedger({ data: node.data });
    const tableOf = (name: string) => tables.find(({ table }) => table === name);
    expect(tableOf('message')).toMatchObject({ rows: 2 });
    expect(tableOf('message')?.columns).toContainEqual({ column: 'data', bytes: 12 });
    expect(tableOf('message')?.columns).toContainEqual({ column: 'timestamp', bytes: 16 });
    expect(tableOf('box')?.columns).toContainEqual({ column: 'pubkey', bytes: 66 });
    expect(tables.flatMap(({ table, columns }) => columns.map(({ column }) => `${table}.${column}`))).toEqual(
      listNodeColumns(node.data),
    );
    expect(files.map(({ name }) => name)).toEqual([...readdirSync(node.data)].sort());
    expect(files.find(({ name }) => name === 'node.json')?.bytes).toBeGreaterThan(100);
    // Counted, not named.
    const all = JSON.stringify({ tables, files });
    for (const { pubkey } of [alice, bob]) expect(all).not.toContain(pubkey);
  });

  it('shows the rows of one mailbox and of no other, through whatever refers to it', async () => {
    const [alice, bob] = [createOwner(), createOwner()];
    const stored = await rpc(node, 'store', storeParams(bob, 'kept'));
    await rpc(node, 'store', signedStore(bob, 42, 'x'.repeat(2_000)));
    const messages = ['d'.repeat(43), stored.body.hash ?? ''];
    for (const owner of [alice, bob]) {
      const signature = owner.sign(`delete${messages.join('')}`);
      const { status } = await rpc(node, 'delete', { pubkey: owner.pubkey, messages, signature });
      expect(status).toBe(200);
    }
    const rowsOf = ({ pubkey }: { readonly pubkey: string }) =>
      Object.fromEntries(
        readMailboxLedger({ data: node.data, mailbox: pubkey }).tables.map(({ table, rows }) => [
          table,
          rows.length,
        ]),
      );
    expect(rowsOf(bob)).toEqual({
      box: 1,
      known_owner: 1,
      message: 1,
      owner: 1,
      operation: 1,
      operation_target: 2,
    });
    expect(rowsOf(alice)).toEqual({
      box: 0,
      known_owner: 1,
      message: 0,
      owner: 1,
      operation: 1,
      operation_target: 2,
    });
    expect(rowsOf(createOwner())).toMatchObject({ box: 0, owner: 0 });
    const ledger = readMailboxLedger({ data: node.data, mailbox: bob.pubkey });
    expect(ledger.nameless).toEqual(['node.db: sqlite_sequence']);
    const [message] = ledger.tables.find(({ table }) => table === 'message')?.rows ?? [];
    expect(message?.['data']).toMatchObject({
      bytes: 2_000,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.stringify(ledger)).not.toContain(Buffer.from(alice.mailbox).toString('base64'));
  });

  it('of a node that has never run is empty, and of no node there is none', async () => {
    const { data } = await network.outsider();
    expect(readNodeLedger({ data }).tables).toEqual([]);
    expect(readMailboxLedger({ data, mailbox: createOwner().pubkey }).tables).toEqual([]);
    expect(() => readNodeLedger({ data: join(network.dir, 'nowhere') })).toThrow(
      expect.objectContaining({ code: 'no-node' }),
    );
  });
});
