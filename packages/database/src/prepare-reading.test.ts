import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openDatabase } from './open-database.ts';
import { prepareReading } from './prepare-reading.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Whether the bytes of the last row are there when nobody has them any more. */
async function keepsItsRow(reading: { get(values: []): Record<string, unknown> | undefined }) {
  const bytes = new WeakRef(reading.get([])?.['envelope'] as Uint8Array);
  await turn();
  collectGarbage();
  return bytes.deref() !== undefined;
}

it('keeps nothing of what it has read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-reading-'));
  const database = openDatabase({ path: join(folder, 'some.db'), migrations: [] });
  const sql = "SELECT x'00112233' AS envelope";
  const reading = prepareReading(database, sql);
  expect(reading.get([])).toEqual({ envelope: Buffer.from('00112233', 'hex') });
  expect(reading.all([])).toHaveLength(1);
  expect(await keepsItsRow(reading)).toBe(false);
  // The driver's own does: without that there would be nothing to see here.
  const kept = database.prepare(sql);
  expect(await keepsItsRow(kept)).toBe(true);
  database.close();
  await rm(folder, { recursive: true });
});
