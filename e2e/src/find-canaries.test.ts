import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodingsOf, findCanaries, searchIn, textCanary } from './find-canaries.ts';

describe('the finder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sotto-taint-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const canary = textCanary('planted', 'a canary of some length');
  const inside = (needle: Uint8Array) => Buffer.concat([randomBytes(1_000), needle, randomBytes(1_000)]);

  it.each(encodingsOf(canary.bytes))('finds what was written %s', async (encoding, needle) => {
    const file = join(folder, 'planted');
    await writeFile(file, inside(needle));
    expect(await searchIn(folder, [canary])).toContainEqual({ canary: 'planted', encoding, file: 'planted' });
  });

  it.each([0, 1, 2])('finds it in base64 of a longer text, %d bytes in', async (before) => {
    const text = Buffer.concat([randomBytes(before), Buffer.from(canary.bytes), randomBytes(7)]);
    const found = findCanaries(inside(Buffer.from(text.toString('base64'))), [canary]);
    expect(found.map(({ encoding }) => encoding)).toContain(`base64+${before}`);
  });

  it('finds what was deflated, also behind other bytes and cut off', () => {
    const text = Buffer.concat([Buffer.from('x'.repeat(500)), Buffer.from(canary.bytes), randomBytes(2_000)]);
    for (const packed of [deflateSync(text), gzipSync(text)]) {
      expect(findCanaries(inside(packed), [canary])).toContainEqual({
        canary: 'planted',
        encoding: 'inflated raw',
      });
      expect(findCanaries(packed.subarray(0, packed.length - 600), [canary])).toHaveLength(1);
    }
  });

  it('finds it in a database, its log, and the name of a file', async () => {
    await writeFile(join(folder, Buffer.from(canary.bytes).toString('hex')), '');
    const found = await searchIn(folder, [canary]);
    expect(found.map(({ encoding }) => encoding)).toContain('hex');
  });

  it('finds nothing in noise', () => {
    expect(findCanaries(randomBytes(4 << 20), [canary])).toEqual([]);
  });
});
