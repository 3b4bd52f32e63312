import { describe, expect, it } from 'vitest';
import { ar } from './ar/index.ts';
import { de } from './de/index.ts';
import { en } from './en/index.ts';

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Every text by its path; plural forms under the path without their ending. */
function textsOf(value: unknown, path = ''): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const [key, each] of Object.entries(value as Record<string, unknown>)) {
    const at = `${path}/${key}`;
    if (typeof each === 'string') {
      const name = at.replace(PLURAL, '');
      texts.set(name, [...(texts.get(name) ?? []), each]);
    } else for (const [name, found] of textsOf(each, at)) texts.set(name, found);
  }
  return texts;
}

/** What a text has filled in; a plural form may leave the number out. */
function placesOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '').filter((name) => name !== 'count'),
  );
}

const english = textsOf(en);

describe.each([
  ['de', de],
  ['ar', ar],
] as const)('the catalogue %s', (language, catalogue) => {
  const texts = textsOf(catalogue);

  it('says everything that the English one says, and nothing else', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fills in the same, and is empty nowhere', () => {
    for (const [name, found] of texts) {
      const wanted = placesOf((english.get(name) ?? []).join(' '));
      for (const text of found) expect({ name, places: placesOf(text) }).toEqual({ name, places: wanted });
      expect(found.every((text) => text.trim() !== '')).toBe(true);
    }
  });

  it('has every plural form that its language needs', () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const forms = (value: unknown, path = ''): void => {
      const record = value as Record<string, unknown>;
      for (const [key, each] of Object.entries(record)) {
        if (typeof each !== 'string') forms(each, `${path}/${key}`);
        else if (PLURAL.test(key)) {
          const stem = key.replace(PLURAL, '');
          const missing = categories.filter((category) => record[`${stem}_${category}`] === undefined);
          expect({ at: `${path}/${stem}`, missing }).toEqual({ at: `${path}/${stem}`, missing: [] });
        }
      }
    };
    forms(catalogue);
  });
});
