import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createHashNumber } from './hash-number.ts';
import { loadOrCreateSecrets } from './relay-secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = () => JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>;

it.each(['number_key', 'onion_key'])(
  'makes a %s for a relay from before there was one, and nothing else',
  (name) => {
    loadOrCreateSecrets(folder);
    const { [name]: first, ...rest } = read();
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(rest));
    loadOrCreateSecrets(folder);
    const { [name]: second, ...kept } = read();
    expect(kept).toEqual(rest);
    expect(second).not.toBe(first);
    expect(Buffer.from(second ?? '', 'base64')).toHaveLength(32);
  },
);

it('hashes a number alike after every start, and otherwise at another relay', () => {
  const hash = () => createHashNumber(loadOrCreateSecrets(folder))('+12065550100');
  const first = hash();
  expect(hash()).toEqual(first);
  rmSync(join(folder, 'secrets.json'));
  expect(hash()).not.toEqual(first);
});

it('refuses a key of another length', () => {
  loadOrCreateSecrets(folder);
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ ...read(), number_key: 'AAAA' }));
  expect(() => loadOrCreateSecrets(folder)).toThrow(expect.objectContaining({ code: 'damaged-data' }));
});
