import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from './engine/judge.ts';
import { findTarget } from './targets/find-target.ts';

const folder = new URL('../found/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

/** What was found once and mended; `fuzz/found/README.md` says what each of them was. */
describe('what was found once', () => {
  it('is there', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('%s is refused in words now', { timeout: 60_000 }, async (file) => {
    const { target: name, input } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      target: string;
      input: string;
    };
    const { target } = findTarget(name);
    const parser = await target.open();
    try {
      const verdict = await judge(target, parser, new Uint8Array(Buffer.from(input, 'base64')));
      expect(verdict).toMatchObject({ read: expect.stringMatching(/^(taken|refused)$/) });
      expect(verdict.took).toBeLessThan(2_000);
    } finally {
      await parser.close?.();
    }
  });
});
