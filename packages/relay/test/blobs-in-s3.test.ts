import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBucket } from '@sotto/blobs/testing';
import { Secret, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { type PostgresServer, type SwiftServer, startPostgres, startSwift } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobsPlace } from '../src/blobs/blobs-options.ts';
import { registered } from './_newcomer.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';
import { askForm, download, formFor, uploadAtOnce } from './_uploads.ts';

let swift: SwiftServer;
let postgres: PostgresServer;
let database: string;
let place: BlobsPlace;
let first: TestRelay;
beforeAll(async () => {
  [swift, postgres] = await Promise.all([startSwift(), startPostgres()]);
  database = await postgres.createDatabase();
  const { endpoint, region, credentials } = swift;
  await makeBucket({ endpoint, region, credentials, bucket: 'files' });
  const secret = new Secret(utf8(`${credentials.accessKeyId}:${credentials.secretAccessKey}`));
  place = { kind: 's3', endpoint, region, bucket: 'files', prefix: 'of/relays/', credentials: secret };
  first = await createTestRelay({ database, blobs: { place } });
  // Two servers of other people's start.
}, 180_000);
afterAll(async () => {
  await first.dispose();
  await Promise.all([swift.stop(), postgres.stop()]);
});

describe('relays with a database and a bucket in common', () => {
  it('serve what was uploaded to any of them', async () => {
    const data = mkdtempSync(join(tmpdir(), 'sotto-relay-'));
    for (const name of ['secrets.json', 'tls'])
      cpSync(join(first.data, name), join(data, name), { recursive: true });
    const second = await createTestRelay({ database, blobs: { place }, data });
    const alice = await registered(first);
    const bytes = randomBytes(1_000_000);
    const form = await formFor(first, alice, bytes.length);
    expect((await uploadAtOnce(second, form, bytes)).status).toBe(201);
    for (const relay of [first, second]) {
      const { status, body } = await download(relay, `attachments/${form.key}`);
      expect(status).toBe(200);
      expect(Buffer.from(body).equals(bytes)).toBe(true);
    }
    await second.dispose();
  });

  it('have no room for files unless they are told where', async () => {
    const bare = await createTestRelay({ database: await postgres.createDatabase() });
    expect((await askForm(bare, await registered(bare), 1)).status).toBe(404);
    await bare.dispose();
  });
});

describe('a relay', () => {
  it.each([
    ['a bucket that is not there', { bucket: 'nobodys' }],
    ['credentials that are none', { credentials: new Secret(utf8('nonsense')) }],
    ['credentials of somebody else', { credentials: new Secret(utf8('a:b')) }],
    ['an endpoint that is no host', { endpoint: 'https://s3.example/path' }],
  ])('does not start with %s', async (_name, changes) => {
    const blobs = { place: { ...place, ...changes } as BlobsPlace };
    await expect(createTestRelay({ blobs })).rejects.toMatchObject({ name: 'RelayError', code: 'bad-blobs' });
  });
});
