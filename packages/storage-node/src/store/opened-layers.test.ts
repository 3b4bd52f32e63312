import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenedLayers } from './opened-layers.ts';

const MINUTE = 60_000;

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
function reopen(limit?: number): void {
  layers = new OpenedLayers(folder, limit);
}

describe('opened layers', () => {
  it('are known again for 21 minutes and by the next process', () => {
    const tag = randomBytes(16);
    expect(layers.remember(tag, 100 * MINUTE)).toBe('new');
    expect(layers.remember(tag, 100 * MINUTE)).toBe('seen');
    reopen();
    layers.sweep(121 * MINUTE);
    expect(layers.remember(tag, 121 * MINUTE)).toBe('seen');
    layers.sweep(122 * MINUTE);
    expect(readdirSync(folder)).toEqual([]);
    expect(layers.remember(tag, 122 * MINUTE)).toBe('new');
  });

  it('of the minute in which a process was killed go on in the same file, past a half-written tag', () => {
    const [before, after] = [randomBytes(16), randomBytes(16)];
    layers.remember(before, MINUTE);
    appendFileSync(join(folder, '1.tags'), randomBytes(7));
    reopen();
    expect(layers.remember(after, MINUTE)).toBe('new');
    reopen();
    expect([layers.remember(before, MINUTE), layers.remember(after, MINUTE)]).toEqual(['seen', 'seen']);
  });

  it('are so many and no more', () => {
    reopen(2);
    expect([1, 2, 3].map(() => layers.remember(randomBytes(16), MINUTE))).toEqual(['new', 'new', 'full']);
    layers.sweep(100 * MINUTE);
    expect(layers.remember(randomBytes(16), 100 * MINUTE)).toBe('new');
  });
});
