import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenedLayers } from './opened-layers.ts';

const MINUTE = 60_000;
const client = { name: '198.51.100.1', weight: 1 };
const other = { name: '198.51.100.2', weight: 1 };
/** Four of them are not all in the crowd of another one. */
const others = [2, 3, 4, 5].map((last) => ({ name: `198.51.100.${last}`, weight: 1 }));

let folder: string;
let layers: OpenedLayers;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sotto-layers-')), 'layers');
  layers = new OpenedLayers(folder);
});

afterEach(() => {
  layers.close();
  rmSync(folder, { recursive: true });
});

/** As after a kill: nothing is closed, nothing synced. */
async function reopen(limit?: number): Promise<void> {
  await layers.written();
  layers = new OpenedLayers(folder, limit);
}

describe('opened layers', () => {
  it('are known again for 21 minutes and by the next process', async () => {
    const tag = randomBytes(16);
    expect(layers.remember(tag, client, 100 * MINUTE)).toBe('new');
    expect(layers.remember(tag, client, 100 * MINUTE)).toBe('seen');
    await reopen();
    layers.sweep(121 * MINUTE);
    expect(layers.remember(tag, client, 121 * MINUTE)).toBe('seen');
    layers.sweep(122 * MINUTE);
    expect(readdirSync(folder)).toEqual([]);
    expect(layers.remember(tag, client, 122 * MINUTE)).toBe('new');
  });

  it('of the minute in which a process was killed go on in the same file, past a half-written tag', async () => {
    const [before, after] = [randomBytes(16), randomBytes(16)];
    layers.remember(before, client, MINUTE);
    await layers.written();
    appendFileSync(join(folder, '1.tags'), randomBytes(7));
    await reopen();
    expect(layers.remember(after, client, MINUTE)).toBe('new');
    await reopen();
    expect([layers.remember(before, client, MINUTE), layers.remember(after, client, MINUTE)]).toEqual([
      'seen',
      'seen',
    ]);
  });

  it('are so many of one source and no more, and there is room for the others, until their minute is over', async () => {
    await reopen(100);
    const fill = () => Array.from({ length: 99 }, () => layers.remember(randomBytes(16), client, MINUTE));
    expect(fill().filter((outcome) => outcome === 'new')).toHaveLength(50);
    expect(layers.remember(randomBytes(16), client, MINUTE)).toBe('full');
    expect(others.map((one) => layers.remember(randomBytes(16), one, MINUTE))).toContain('new');
    layers.sweep(100 * MINUTE);
    expect(layers.remember(randomBytes(16), client, 100 * MINUTE)).toBe('new');
  });

  it('count after a restart, whoever they came from', async () => {
    await reopen(100);
    for (let count = 0; count < 50; count++) layers.remember(randomBytes(16), client, MINUTE);
    await reopen(51);
    expect(layers.remember(randomBytes(16), client, MINUTE)).toBe('new');
    expect(layers.remember(randomBytes(16), other, MINUTE)).toBe('full');
    layers.sweep(100 * MINUTE);
    expect(layers.remember(randomBytes(16), other, 100 * MINUTE)).toBe('new');
  });
});
