import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installIfNeeded } from './install-if-needed.mjs';

let dir = '';
const stampFile = () => join(dir, 'node_modules/.sotto-stamp');

/** A project without outside dependencies, so that npm needs no network. */
function writeProject(version) {
  const own = { name: 'empty', version };
  writeFileSync(join(dir, 'package.json'), JSON.stringify(own));
  const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own } };
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify(lock));
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sotto-install-'));
  writeProject('1.0.0');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the install stamp', () => {
  it('is written after npm, kept while it fits, and renewed with the lockfile', async () => {
    await installIfNeeded(dir);
    const first = readFileSync(stampFile(), 'utf8');
    expect(first).toMatch(/^[0-9a-f]{64} node\d+ \w+-\w+\n$/);

    // npm ci empties node_modules: a file left there shows that it did not run.
    const marker = join(dir, 'node_modules/marker');
    writeFileSync(marker, '');
    await installIfNeeded(dir);
    expect(existsSync(marker)).toBe(true);

    writeFileSync(stampFile(), first.replace(/node\d+/, 'node1'));
    await installIfNeeded(dir);
    expect(existsSync(marker)).toBe(false);
    expect(readFileSync(stampFile(), 'utf8')).toBe(first);

    writeProject('1.0.1');
    await installIfNeeded(dir);
    expect(readFileSync(stampFile(), 'utf8')).not.toBe(first);
  });
});
