import { expect, it } from 'vitest';
import { filterEntries, MAX_SHOWN } from './filter-entries.ts';

const entries = [
  'Settings: Privacy',
  'Zoë Müller',
  'Müllers Katze',
  'مُحَمَّد',
  '\u202eevil',
  'Private notes',
].map((label) => ({ label, kind: 'command' as const }));
const find = (typed: string) => filterEntries(entries, typed).map(({ label }) => label);

it('finds by words and parts of words, in any order', () => {
  expect(find('priv set')).toEqual(['Settings: Privacy']);
  expect(find('nothing')).toEqual([]);
});

it('puts what begins with it first', () => {
  expect(find('priv')).toEqual(['Private notes', 'Settings: Privacy']);
  expect(find('muller')).toEqual(['Müllers Katze', 'Zoë Müller']);
});

it('does not mind case, accents, vowel marks and what is not seen', () => {
  expect(find('ZOE')).toEqual(['Zoë Müller']);
  expect(find('محمد')).toEqual(['مُحَمَّد']);
  expect(find('evil')).toEqual(['\u202eevil']);
});

it('shows commands and the first few chats while nothing was typed', () => {
  const chats = Array.from({ length: 20 }, (_, at) => ({ label: `Chat ${at}`, kind: 'chat' as const }));
  expect(filterEntries([...chats, ...entries], '  ')).toEqual([...chats.slice(0, 5), ...entries]);
});

it('is bounded, whatever names others have', () => {
  const names = Array.from({ length: 5_000 }, (_, at) => ({
    label: `Z${'\u0301'.repeat(10_000)} ${at}`,
    kind: 'chat' as const,
  }));
  const before = performance.now();
  expect(filterEntries(names, 'z')).toHaveLength(MAX_SHOWN);
  expect(performance.now() - before).toBeLessThan(2_000);
});
