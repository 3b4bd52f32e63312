import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readPatch } from './read-patch.mjs';

const DIFF = 'diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-# test: no\n+# test: no\n';
const dirs = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

function patchOf(text) {
  const dir = mkdtempSync(join(tmpdir(), 'sotto-patch-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'full-sync.patch'), text);
  return readPatch(join(dir, 'full-sync.patch'));
}

describe('a sabotage patch', () => {
  it('names its test and its defence above the diff', () => {
    const read = patchOf(
      `# test: packages/a/x.test.ts -t "syncs (each) commit"\n# defence: it syncs\n${DIFF}`,
    );
    expect(read).toMatchObject({
      name: 'full-sync',
      testFile: 'packages/a/x.test.ts',
      testName: 'syncs (each) commit',
      defence: 'it syncs',
    });
  });

  it.each([
    ['no test', `# defence: it syncs\n${DIFF}`, /says no test/],
    ['no defence', `# test: x.test.ts\n${DIFF}`, /names no defence/],
    ['no diff', '# test: x.test.ts\n# defence: it syncs\n', /holds no diff/],
  ])('with %s is refused with words', (_, text, message) => {
    expect(() => patchOf(text)).toThrow(message);
  });
});
