import { expect, it } from 'vitest';
import { compare, wrongLines } from '../src/taint/ledger/compare.ts';
import { formatTable } from '../src/taint/ledger/format-table.ts';
import { readLedger } from '../src/taint/ledger/ledger.ts';
import { runTaint } from '../src/taint/run-taint.ts';
import { whatCanBeLookedAt } from '../src/taint/what-can-be-looked-at.ts';

/** What `npm run taint` does, for sabotage that only memory shows. No part of `npm test`: it takes minutes. */
it('holds in files, logs, memory and packets what the ledger has, no more and no less', async () => {
  const looked = whatCanBeLookedAt(true);
  const tell = (words: string) => process.stderr.write(`taint: ${words}\n`);
  for (const missing of looked.missing) tell(`not looked at: ${missing}`);
  const lines = compare(
    await runTaint({ seed: 1, swarms: [3, 3, 3], full: true, tell }),
    readLedger(),
    looked,
  );
  expect(wrongLines(lines), formatTable(lines)).toEqual([]);
});
