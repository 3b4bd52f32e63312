import { describe, expect, it } from 'vitest';
import { dayKind, dayOf, dayWords, shortTime } from './time-words.ts';

const at = (year: number, month: number, day: number, hour = 12) =>
  new Date(year, month - 1, day, hour).getTime();
const now = at(2026, 11, 28, 9);

describe('the words for a time', () => {
  it('count days by the calendar, not by hours', () => {
    expect(dayOf(at(2026, 11, 28, 0)) - dayOf(at(2026, 11, 27, 23))).toBe(1);
    expect(dayKind(at(2026, 11, 27, 23), now)).toBe('yesterday');
    expect(dayKind(at(2026, 11, 28, 0), now)).toBe('today');
  });

  it('go from the hour to the year', () => {
    expect(dayKind(at(2026, 11, 26), now)).toBe('weekday');
    expect(dayKind(at(2026, 11, 22), now)).toBe('weekday');
    expect(dayKind(at(2026, 11, 21), now)).toBe('date');
    expect(dayKind(at(2025, 11, 28), now)).toBe('dateAndYear');
  });

  it('call a day of a clock that goes before by its date', () => {
    expect(dayKind(at(2026, 11, 29), now)).toBe('date');
  });

  it('follow the language', () => {
    expect(shortTime(at(2026, 11, 27), now, 'en')).toBe('Yesterday');
    expect(shortTime(at(2026, 11, 27), now, 'de')).toBe('Gestern');
    expect(dayWords(at(2026, 11, 28), now, 'de')).toBe('Heute');
    expect(shortTime(at(2026, 11, 26), now, 'en')).toBe('Thu');
    expect(shortTime(at(2025, 3, 4), now, 'en')).toContain('2025');
  });
});
