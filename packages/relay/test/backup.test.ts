import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64, utf8 } from '@sotto/bytes';
import { formatMessageList, parseJson, parseStickerPackForm } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backupRelay } from '../src/backup/backup-relay.ts';
import { restoreRelay } from '../src/backup/restore-relay.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { removeAccount } from '../src/store/accounts.ts';
import { openRelayStore } from '../src/store/relay-store.ts';
import { MailListener } from './_mail-listener.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';
import { download, formFor, post, tusHeaders, uploadAtOnce } from './_uploads.ts';

let folder: string;
let to: string;
let relay: TestRelay;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-backup-'));
  to = join(folder, 'backup');
  relay = await createTestRelay();
});
afterEach(async () => {
  await relay.dispose();
  rmSync(folder, { recursive: true });
});

const sealTo = async ({ aciText, accessKey, registrationId }: Newcomer, text: string): Promise<void> => {
  const message = {
    type: 6,
    destinationDeviceId: 1,
    destinationRegistrationId: registrationId,
    content: utf8(text),
  };
  const { status } = await ask(relay, {
    verb: 'PUT',
    path: `/v1/messages/${aciText}`,
    headers: { 'unidentified-access-key': toBase64(accessKey) },
    json: formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true }),
  });
  expect(status).toBe(200);
};

const uploadKey = async ({ authorization }: Newcomer): Promise<void> => {
  const publicKey = toBase64(new Uint8Array(33).fill(5));
  const json = { preKeys: [{ keyId: 9, publicKey }], pqPreKeys: [] };
  const { status } = await ask(relay, { verb: 'PUT', path: '/v2/keys', headers: { authorization }, json });
  expect(status).toBe(200);
};

const rowsOf = (data: string, { aciText }: Newcomer, table: string): number =>
  readLedger({ data, aci: aciText }).tables.find((one) => one.table === table)?.rows.length ?? 0;

describe('a backup', () => {
  it('has the files that people have uploaded, and none that is half there', async () => {
    const bob = await registered(relay);
    const [whole, half] = [await formFor(relay, bob, 5), await formFor(relay, bob, 5)];
    expect((await uploadAtOnce(relay, whole, utf8('hello'))).status).toBe(201);
    const headers = tusHeaders(half, { 'upload-length': '5' });
    expect((await ask(relay, { verb: 'POST', path: '/upload/attachments', headers })).status).toBe(201);
    const forms = {
      verb: 'GET',
      path: '/v1/sticker/pack/form/1',
      headers: { authorization: bob.authorization },
    };
    const { manifest } = parseStickerPackForm(parseJson((await ask(relay, forms)).body));
    expect((await post(relay, manifest, utf8('a pack'))).status).toBe(204);
    await backupRelay({ data: relay.data, to });
    expect(readdirSync(join(to, 'blobs'))).toEqual(['blobs']);

    const data = join(folder, 'restored');
    await restoreRelay({ from: to, data });
    const again = await createTestRelay({ data });
    const text = async (key: string) => Buffer.from((await download(again, key)).body).toString();
    expect(await text(`attachments/${whole.key}`)).toBe('hello');
    expect(await text(manifest.key)).toBe('a pack');
    // Its form is still good.
    expect((await uploadAtOnce(again, half, utf8('hello'))).status).toBe(201);
    await again.dispose();
  });

  it('of a relay that goes on comes back as that relay was, with its accounts and mail, and its key', async () => {
    const bob = await registered(relay);
    await uploadKey(bob);
    await sealTo(bob, 'before');
    const writing = Array.from({ length: 50 }, (_, count) => sealTo(bob, `during ${count}`));
    const { files } = await backupRelay({ data: relay.data, to });
    await Promise.all(writing);
    expect(files).toBe(readdirSync(to).length - 2 + readdirSync(join(to, 'tls')).length);
    for (const name of ['relay.db', 'secrets.json', 'backup.json']) {
      expect(statSync(join(to, name)).mode & 0o777).toBe(0o600);
    }

    const data = join(folder, 'restored');
    await restoreRelay({ from: to, data });
    expect([rowsOf(relay.data, bob, 'one_time_key'), rowsOf(data, bob, 'one_time_key')]).toEqual([1, 0]);
    const again = await createTestRelay({ data });
    try {
      expect(new URL(again.relay.url).hash).toBe(new URL(relay.relay.url).hash);
      const listener = new MailListener(200);
      const connection = await again
        .net()
        .connectAuthenticatedChat(`${bob.aciText}.1`, bob.password, false, listener);
      await listener.empty();
      await connection.disconnect();
      expect(listener.texts()[0]).toBe('before');
    } finally {
      await again.dispose();
    }
  });

  it('is made whole into a folder of its own, and into no other', async () => {
    writeFileSync(join(folder, 'other'), '');
    await expect(backupRelay({ data: relay.data, to: folder })).rejects.toMatchObject({
      code: 'bad-backup-folder',
    });
    await expect(backupRelay({ data: folder, to })).rejects.toMatchObject({ code: 'no-relay' });
    expect(existsSync(to)).toBe(false);
  });

  it('that is damaged, unfinished or names other places restores nothing', async () => {
    await backupRelay({ data: relay.data, to });
    const data = join(folder, 'restored');
    const manifest = readFileSync(join(to, 'backup.json'), 'utf8');
    const refusedAs = async (code: string): Promise<void> => {
      await expect(restoreRelay({ from: to, data })).rejects.toMatchObject({ code });
      expect(readdirSync(folder)).toEqual(['backup']);
    };
    writeFileSync(join(to, 'backup.json'), manifest.replace('"secrets.json"', '"../secrets.json"'));
    await refusedAs('no-backup');
    rmSync(join(to, 'backup.json'));
    await refusedAs('no-backup');
    writeFileSync(join(to, 'backup.json'), manifest);
    appendFileSync(join(to, 'secrets.json'), ' ');
    await refusedAs('damaged-backup');
    rmSync(join(to, 'secrets.json'));
    await refusedAs('damaged-backup');
  });

  it('without accounts or mail is made, and restored, only where those are elsewhere', async () => {
    for (const name of ['relay.db', 'mailbox.db']) {
      const data = join(folder, `without-${name}`);
      cpSync(relay.data, data, { recursive: true });
      rmSync(join(data, name));
      await expect(backupRelay({ data, to })).rejects.toMatchObject({ code: 'no-relay' });
    }
    expect(existsSync(to)).toBe(false);
    await backupRelay({ data: relay.data, to, elsewhere: true });
    const data = join(folder, 'restored');
    await restoreRelay({ from: to, data });
    expect(readdirSync(data).sort()).toEqual(['address', 'secrets.json', 'tls']);
    // As a backup was written that knew nothing of that.
    const manifest = readFileSync(join(to, 'backup.json'), 'utf8');
    writeFileSync(join(to, 'backup.json'), manifest.replace('"elsewhere": true', '"elsewhere": false'));
    await expect(restoreRelay({ from: to, data: join(folder, 'other') })).rejects.toMatchObject({
      code: 'no-backup',
    });
  });

  it('drops mail of an account that is newer than the backup of accounts, at the first start', async () => {
    const bob = await registered(relay);
    await sealTo(bob, 'sealed');
    await backupRelay({ data: relay.data, to });
    const data = join(folder, 'restored');
    await restoreRelay({ from: to, data });
    const store = openRelayStore(join(data, 'relay.db'));
    await store.write(() => removeAccount(bob.aci));
    await store.close();
    expect(rowsOf(data, bob, 'mail')).toBe(1);
    const again = await createTestRelay({ data });
    try {
      await vi.waitFor(() => expect(rowsOf(data, bob, 'mail')).toBe(0), 10_000);
    } finally {
      await again.dispose();
    }
  });

  it('does not go over a relay that is there', async () => {
    await backupRelay({ data: relay.data, to });
    await expect(restoreRelay({ from: to, data: relay.data })).rejects.toMatchObject({
      code: 'bad-data-folder',
    });
  });
});
