import { describe, expect, it } from 'vitest';
import { describeLedger } from './describe-ledger.ts';

const ledger = (count: number) => ({
  aci: 'a',
  nameless: [],
  tables: ['device', 'one_time_key'].map((table) => ({
    file: 'relay.db',
    table,
    columns: ['id'],
    rows: Array.from({ length: count }, (_, id) => ({ id: `${table} ${id}` })),
  })),
});

describe('a ledger for people', () => {
  it('counts one-time keys and shows the first, and everything else in full', () => {
    const text = describeLedger(ledger(100));
    expect(text).toContain('"row_count": 100');
    expect(text).toContain('one_time_key 0');
    expect(text).not.toContain('one_time_key 1');
    expect(text).toContain('device 99');
    expect(text).toContain('--json prints all');
  });

  it('says so where there is nothing', () => {
    expect(describeLedger(ledger(0))).toBe('This relay holds nothing about this account.');
  });

  it('is the whole ledger where nothing is many', () => {
    expect(JSON.parse(describeLedger(ledger(1)))).toEqual(ledger(1));
  });
});
