import { describe, expect, it } from 'vitest';
import type { Finding } from '../run-taint.ts';
import { compare, wrongLines } from './compare.ts';
import { formatTable } from './format-table.ts';
import type { Ledger } from './ledger.ts';

const ALL = { memory: true, passingMemory: true, network: true, residues: true };
const ledger: Ledger = [
  { holder: 'guard', title: '', rows: [{ field: 'address', about: '', places: ['memory'] }] },
  { holder: 'member', title: '', rows: [{ field: 'ID', about: '', places: ['node.db box.pubkey'] }] },
];
const finding = (holders: readonly string[], field: string, place: string): Finding => ({
  holders,
  sighting: { where: 'storage node 1', field, place, of: 'alice', encoding: 'raw' },
});
const asPublished = [
  finding(['guard'], 'address', 'memory'),
  finding(['guard', 'member'], 'ID', 'node.db box.pubkey'),
];
const wrong = (findings: readonly Finding[], looked = ALL) =>
  wrongLines(compare(findings, ledger, looked)).map(
    ({ holder, field, place }) => `${holder}: ${field} in ${place}`,
  );

describe('what was found', () => {
  it('is right when it is what is published', () => {
    expect(wrong(asPublished)).toEqual([]);
  });

  it('is wrong in another place, with another holder, or of another field', () => {
    expect(wrong([...asPublished, finding(['guard'], 'address', 'log')])).toEqual(['guard: address in log']);
    expect(wrong([...asPublished, finding(['hop'], 'ID', 'memory')])).toEqual(['hop: ID in memory']);
    expect(wrong([...asPublished, finding(['guard'], 'ID', 'node.db box.pubkey')])).toEqual([
      'guard: ID in node.db box.pubkey',
    ]);
  });

  it('is wrong when something published was not found, unless nobody could look there', () => {
    const without = asPublished.slice(1);
    expect(wrong(without)).toEqual(['guard: address in memory']);
    expect(wrong(without, { ...ALL, memory: false })).toEqual([]);
    expect(formatTable(compare(without, ledger, ALL))).toContain('was not found there');
  });

  it('may be missed where it is only at times', () => {
    const [first, ...others] = ledger;
    const more = { ...first?.rows[0], atTimes: ['log'] } as Ledger[number]['rows'][number];
    const other = [{ ...(first as Ledger[number]), rows: [more] }, ...others];
    const withLog = [...asPublished, finding(['guard'], 'address', 'log')];
    for (const one of [asPublished, withLog]) expect(wrongLines(compare(one, other, ALL))).toEqual([]);
  });

  it('counts residues only after what was removed had to be gone', () => {
    const residue = finding(['member'], 'ID', 'residue in node.db');
    expect(wrong([...asPublished, residue])).toEqual(['member: ID in residue in node.db']);
    expect(wrong([...asPublished, residue], { ...ALL, residues: false })).toEqual([]);
  });
});
