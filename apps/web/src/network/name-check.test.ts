import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en } from '../i18n/en/index.ts';
import { judgeCheck, nameCheck } from './name-check.ts';

const DAEMON = new URL('../../../daemon/src/', import.meta.url);

/** Every name that stands in the daemon's sources where a line of `doctor` is made. */
const named = readdirSync(DAEMON)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(new URL(file, DAEMON), 'utf8').matchAll(
      /\bcheck(?:: | = )'([^']+)'|describeClock\(\s*'([^']+)'/g,
    ),
  ])
  .map(([, plain, clock]) => plain ?? clock ?? '');

describe('a line of doctor', () => {
  it('has words for every name that the daemon gives', () => {
    expect(named.length).toBeGreaterThan(9);
    for (const road of ['relay', 'onion']) {
      named.push(road, `${road} connection`, `one-time keys at the ${road}`);
    }
    expect(named.filter((name) => nameCheck(name) === 'other')).toEqual([]);
    for (const name of named) expect(en.network.check[nameCheck(name)].ok).not.toBe('');
  });

  it('is another check when a newer program names it', () => {
    expect(nameCheck('weather')).toBe('other');
    expect(nameCheck('toString')).toBe('other');
  });

  it('is a note when the directory is in order but old', () => {
    expect(judgeCheck({ check: 'directory', ok: true, detail: '' })).toBe('ok');
    expect(judgeCheck({ check: 'directory', ok: true, detail: '', hint: 'old' })).toBe('note');
    expect(judgeCheck({ check: 'directory', ok: false, detail: '', hint: 'old' })).toBe('problem');
    expect(judgeCheck({ check: 'outbox', ok: true, detail: '', hint: 'x' })).toBe('ok');
  });
});
