import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RelayOptions } from '../src/relay-options.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

/** The same relay on another machine: its secrets and certificate, nothing else. */
export function createSecondRelay(first: TestRelay, options: Partial<RelayOptions>): Promise<TestRelay> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-relay-'));
  for (const name of ['secrets.json', 'tls'])
    cpSync(join(first.data, name), join(data, name), { recursive: true });
  return createTestRelay({ ...options, data });
}
