import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RelayEvent } from '../events.ts';
import { ownCertificate, type RelayCertificate, readCertificate } from './relay-certificate.ts';
import { renewCertificate } from './renew-certificate.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-renewal-'));
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('looks every minute, tells what is wrong once, and stops', async () => {
  const files = { cert: join(folder, 'tls', 'certificate.pem'), key: join(folder, 'tls', 'key.pem') };
  const certificate = await ownCertificate(folder, 'localhost');
  const first = join(folder, 'first.pem');
  copyFileSync(files.cert, first);
  const [shown, events]: [RelayCertificate[], RelayEvent[]] = [[], []];
  const renewal = renewCertificate({
    files,
    certificate,
    show: (one) => shown.push(one),
    events: { count: (event) => events.push(event) },
  });
  const minute = () => vi.advanceTimersByTime(60_000);
  minute();
  expect([shown, events]).toEqual([[], []]);
  rmSync(files.cert);
  minute();
  minute();
  expect(events).toEqual(['certificate-unusable']);
  await ownCertificate(folder, 'localhost');
  minute();
  minute();
  expect(events).toEqual(['certificate-unusable', 'certificate-renewed']);
  expect(shown).toEqual([readCertificate(files)]);
  rmSync(files.cert);
  minute();
  expect(events).toHaveLength(3);
  renewal.stop();
  copyFileSync(first, files.cert);
  minute();
  expect(shown).toHaveLength(1);
});
