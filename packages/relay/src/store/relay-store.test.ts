import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetSpent, spendReceipt } from './once.ts';
import { openRelayStore } from './relay-store.ts';

const HALF_A_MINUTE = 30_000;

let folder: string;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'sotto-relay-store-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('leaves nothing that was replaced in the log for longer than half a minute', async () => {
  const path = join(folder, 'relay.db');
  const store = openRelayStore(path);
  const logBytes = () => statSync(`${path}-wal`).size;
  await store.write(() => forgetSpent(0, 0));
  await store.write(() => spendReceipt(new Uint8Array(16), 1));
  expect(logBytes()).toBeGreaterThan(0);
  vi.advanceTimersByTime(HALF_A_MINUTE);
  expect(logBytes()).toBe(0);
  await store.close();
});
