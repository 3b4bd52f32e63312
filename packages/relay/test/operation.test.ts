import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@sotto/bytes';
import { formatMessageList } from '@sotto/protocol';
import { describe, expect, it, vi } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

const LISTEN = { host: '127.0.0.1', port: 0 };

const operationOf = async ({ relay }: TestRelay, path: string) => {
  const reply = await fetch(`http://127.0.0.1:${relay.operationPort}${path}`);
  return { status: reply.status, text: await reply.text() };
};

const sealTo = (relay: TestRelay, { aciText, accessKey, registrationId }: Newcomer) =>
  ask(relay, {
    verb: 'PUT',
    path: `/v1/messages/${aciText}`,
    headers: { 'unidentified-access-key': toBase64(accessKey) },
    json: formatMessageList({
      messages: [
        {
          type: 6,
          destinationDeviceId: 1,
          destinationRegistrationId: registrationId,
          content: new Uint8Array(9),
        },
      ],
      timestamp: 1,
      online: false,
      urgent: true,
    }),
  });

const freeIn = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

describe('an operator', () => {
  it('sees that it lives and what it does, in numbers that name nobody', async () => {
    const relay = await createTestRelay({ operation: LISTEN });
    try {
      const bob = await registered(relay);
      expect((await sealTo(relay, bob)).status).toBe(200);
      expect(await operationOf(relay, '/health/live')).toEqual({ status: 200, text: 'live\n' });
      expect(await operationOf(relay, '/health/ready')).toEqual({ status: 200, text: 'ready\n' });
      const { text } = await operationOf(relay, '/metrics');
      expect(text).toContain('sotto_relay_events_total{event="message-stored"} 1\n');
      expect(text).toContain('sotto_relay_events_total{event="disk-full"} 0\n');
      expect(text).toMatch(/^sotto_relay_disk_free_bytes \d/m);
      expect(text).toMatch(/^sotto_relay_process_resident_memory_bytes \d/m);
      for (const secret of [bob.aciText, toBase64(bob.accessKey), '127.0.0.1'])
        expect(text).not.toContain(secret);
      // Labels are where an identity would get in: there is one, and its values are the names of events.
      const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map((match) => match[1]));
      expect(
        [...labels].filter(
          (label) => !/^(event|kind|type|space|version|major|minor|patch|le|quantile)$/.test(label ?? ''),
        ),
      ).toEqual([]);
      expect((await operationOf(relay, '/anything')).status).toBe(404);
      // None of it where clients are.
      expect((await ask(relay, { verb: 'GET', path: '/metrics' })).status).toBe(404);
    } finally {
      await relay.dispose();
    }
  });

  it.skipIf(process.getuid?.() !== 0)(
    'of a full disk: new work is refused before it is acknowledged',
    async () => {
      const data = mkdtempSync(join(tmpdir(), 'sotto-full-'));
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0700', 'sotto-test', data]);
      expect(mounted.status).toBe(0);
      try {
        const relay = await createTestRelay({ data, operation: LISTEN });
        const bob = await registered(relay);
        expect((await sealTo(relay, bob)).status).toBe(200);
        // Beside the relay's own files, as another program of the machine would.
        writeFileSync(join(data, 'tls', 'other'), new Uint8Array(freeIn(data) - 400 * 1024));
        await vi.waitFor(
          async () => expect((await operationOf(relay, '/health/ready')).status).toBe(503),
          8_000,
        );
        expect(await operationOf(relay, '/health/ready')).toEqual({
          status: 503,
          text: 'the disk is full\n',
        });
        const refused = await sealTo(relay, bob);
        expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([503, 60]);
        // Reading goes on, and so does what makes room.
        const authorized = { headers: { authorization: bob.authorization } };
        expect((await ask(relay, { verb: 'GET', path: '/v1/accounts/whoami', ...authorized })).status).toBe(
          200,
        );
        rmSync(join(data, 'tls', 'other'));
        await vi.waitFor(
          async () => expect((await operationOf(relay, '/health/ready')).status).toBe(200),
          8_000,
        );
        expect((await sealTo(relay, bob)).status).toBe(200);
        await relay.relay.close();
      } finally {
        spawnSync('umount', ['-l', data]);
        rmSync(data, { recursive: true, force: true });
      }
    },
  );
});
