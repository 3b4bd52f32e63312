import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64, fromHex, toBase64, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningNode, startNode } from '../src/index.ts';
import { readNodeLedger } from '../src/ledger/read-node-ledger.ts';
import { NODE_MIGRATIONS } from '../src/store/schema.ts';
import { type Owner, post, retrieveParams, rpc, type TestNode, textOf } from './_network.ts';

interface Facts {
  readonly madeAt: number;
  /** Ed25519, hex. */
  readonly key: string;
  readonly people: readonly {
    readonly seed: string;
    readonly pubkey: string;
    readonly messages: readonly {
      readonly namespace: number;
      readonly hash: string;
      readonly text: string;
      readonly timestamp: number;
      readonly expiry: number;
    }[];
  }[];
  /** An onion request that it has answered. */
  readonly openedLayer: string;
}

/**
 * A folder as a storage node of data version 1 left it: the mail of two people in an inbox, a namespace of their own and an
 * outbox each, and one onion layer that it has opened. The file beside it is its directory.
 */
const OLD = new URL('./fixtures/data-version-1', import.meta.url).pathname;
const facts = JSON.parse(readFileSync(`${OLD}.json`, 'utf8')) as Facts;

let data: string;
let running: RunningNode | undefined;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  cpSync(OLD, data, { recursive: true });
  chmodSync(data, 0o700);
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  rmSync(data, { recursive: true, force: true });
});

async function start(): Promise<TestNode> {
  running = await startNode({
    data,
    listen: { host: '127.0.0.1', port: 0 },
    directory: `${OLD}-directory.json`,
    now: () => facts.madeAt + 60_000,
  });
  const { hostname, port } = new URL(running.url);
  const self = running.directory.self;
  if (self === undefined) throw new Error('it is not on its list');
  return { ...self, ip: hostname, httpsPort: Number(port), key: facts.key, data, trace: '', running };
}

function ownerOf({ seed, pubkey }: Facts['people'][number]): Owner {
  const { secretKey } = ed25519KeyPair(fromHex(seed));
  const sign = (text: string) => toBase64(ed25519Sign(secretKey, utf8(text)));
  return { pubkey, mailbox: fromHex(pubkey), sign };
}

it('goes on with the data of the version before: its key, its list and every message', async () => {
  const node = await start();
  expect(Buffer.from(running?.key ?? []).toString('hex')).toBe(facts.key);
  for (const person of facts.people) {
    for (const namespace of [40, 42, -41]) {
      const kept = person.messages.filter((one) => one.namespace === namespace);
      const params = retrieveParams(ownerOf(person), namespace, {}, facts.madeAt + 60_000);
      const { status, body } = await rpc(node, 'retrieve', params);
      expect(status).toBe(200);
      expect(textOf(body)).toEqual(kept.map(({ text }) => text));
      expect(body.messages).toMatchObject(
        kept.map(({ hash, timestamp, expiry }) => ({ hash, timestamp, expiration: expiry })),
      );
    }
  }
});

it('remembers the layers that were opened before', async () => {
  const node = await start();
  const { status } = await post(node, '/onion_req/v2', fromBase64(facts.openedLayer));
  expect(status).toBe(400);
  expect(running?.events.totals()['layer-replayed']).toBe(1);
});

it('keeps each row of each table as it was, and gives each an ID that members compare', async () => {
  const read = (migrations: readonly string[]) => {
    const database = openDatabase({ path: join(data, 'node.db'), migrations });
    const tables = [
      database.prepare('SELECT * FROM box ORDER BY id').all(),
      database
        .prepare(
          'SELECT position, box, hash, timestamp, expiry, signed_at, data FROM message ORDER BY position',
        )
        .all(),
    ];
    database.close();
    return tables;
  };
  const before = read(NODE_MIGRATIONS.slice(0, 1));
  await start();
  await running?.close();
  expect(read(NODE_MIGRATIONS)).toEqual(before);
  for (const rows of before) expect(rows.length).toBeGreaterThan(3);
  const database = openDatabase({ path: join(data, 'node.db'), migrations: NODE_MIGRATIONS });
  expect(database.prepare('SELECT count(*) AS n FROM message WHERE sync_id IS NULL').get()).toEqual({ n: 0 });
  database.close();
});

it('changes nothing for a command that comes with a newer program than the node', () => {
  const before = readFileSync(join(data, 'node.db'));
  expect(() => readNodeLedger({ data })).toThrow(expect.objectContaining({ code: 'older-version' }));
  expect(readFileSync(join(data, 'node.db')).equals(before)).toBe(true);
});

it('that a newer program has written is left alone, with words', async () => {
  const path = join(data, 'node.db');
  openDatabase({ path, migrations: [...NODE_MIGRATIONS, 'CREATE TABLE of_tomorrow (id INTEGER)'] }).close();
  const before = readFileSync(path);
  await expect(start()).rejects.toMatchObject({
    code: 'newer-version',
    message: expect.stringContaining('Nothing was changed'),
  });
  expect(readFileSync(path).equals(before)).toBe(true);
});
