import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, type Line, wrongLines } from '../src/taint/ledger/compare.ts';
import { formatPage } from '../src/taint/ledger/format-page.ts';
import { formatTable } from '../src/taint/ledger/format-table.ts';
import { PAGE, readLedger } from '../src/taint/ledger/ledger.ts';
import { runTaint } from '../src/taint/run-taint.ts';
import { whatCanBeLookedAt } from '../src/taint/what-can-be-looked-at.ts';

/**
 * Everything that people type is a value nobody else would write, and so is every identifier. What relay, storage
 * nodes, network and one's own disk have of it must be what is published. `npm run taint` looks into memory too.
 */
describe('what is held of people', () => {
  let lines: readonly Line[];
  beforeAll(async () => {
    const looked = whatCanBeLookedAt(false);
    for (const missing of looked.missing) process.stderr.write(`taint: not looked at: ${missing}\n`);
    const findings = await runTaint({ seed: 1, swarms: [3, 3], full: false, tell: () => undefined });
    lines = compare(findings, readLedger(), looked);
  }, 600_000);

  it('is what the ledger has, no more and no less', () => {
    expect(lines.filter(({ found }) => found.length > 0).length).toBeGreaterThan(20);
    expect(wrongLines(lines), formatTable(lines)).toEqual([]);
  });

  it('is at the relay in columns only that its own page explains', () => {
    const page = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');
    const explained = [...page.matchAll(/^\| `(\w+\.\w+)` \|/gm)].map(([, column]) => column);
    const relay = readLedger().find(({ holder }) => holder === 'relay');
    const columns = relay?.rows.flatMap(({ places }) =>
      places.filter((place) => place.includes('.db ')).map((place) => place.split(' ')[1]),
    );
    expect(explained).toEqual(expect.arrayContaining(columns ?? []));
    expect(new Set(columns).size).toBeGreaterThan(5);
  });

  it('is told on a page that is made from the ledger', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(formatPage(readLedger()));
  });
});
