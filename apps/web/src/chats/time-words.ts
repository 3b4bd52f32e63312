/** A day as people count them here: since 1970, by this computer's clock and zone. */
export function dayOf(time: number): number {
  const date = new Date(time);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** How a day is called, seen from now. `date` needs the year when it is not of this one. */
export type DayKind = 'today' | 'yesterday' | 'weekday' | 'date' | 'dateAndYear';

export function dayKind(time: number, now: number): DayKind {
  const days = dayOf(now) - dayOf(time);
  if (days === 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days > 1 && days < 7) return 'weekday';
  return new Date(time).getFullYear() === new Date(now).getFullYear() ? 'date' : 'dateAndYear';
}

/** Formatters are costly to make, and every row asks for one. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(language: string, name: string, options: Intl.DateTimeFormatOptions, time: number): string {
  const key = `${language} ${name}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat(language, options);
    formatters.set(key, formatter);
  }
  return formatter.format(time);
}

/** Yesterday as the language says it, with a capital where a line begins with it. */
function yesterday(language: string): string {
  const word = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-1, 'day');
  return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
}

function today(language: string): string {
  const word = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'day');
  return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
}

export function clockTime(time: number, language: string): string {
  return format(language, 'clock', { hour: '2-digit', minute: '2-digit' }, time);
}

/** When, as short as a row of a list needs it: the hour today, else the day. */
export function shortTime(time: number, now: number, language: string): string {
  switch (dayKind(time, now)) {
    case 'today':
      return clockTime(time, language);
    case 'yesterday':
      return yesterday(language);
    case 'weekday':
      return format(language, 'weekdayShort', { weekday: 'short' }, time);
    case 'date':
      return format(language, 'dateShort', { day: 'numeric', month: 'short' }, time);
    case 'dateAndYear':
      return format(language, 'yearShort', { day: 'numeric', month: 'short', year: 'numeric' }, time);
  }
}

/** What stands above the messages of a day. */
export function dayWords(time: number, now: number, language: string): string {
  switch (dayKind(time, now)) {
    case 'today':
      return today(language);
    case 'yesterday':
      return yesterday(language);
    case 'weekday':
      return format(language, 'weekday', { weekday: 'long' }, time);
    case 'date':
      return format(language, 'date', { weekday: 'short', day: 'numeric', month: 'long' }, time);
    case 'dateAndYear':
      return format(language, 'year', { day: 'numeric', month: 'long', year: 'numeric' }, time);
  }
}

/** Everything there is to know of a moment. */
export function fullTime(time: number, language: string): string {
  return format(language, 'full', { dateStyle: 'full', timeStyle: 'medium' }, time);
}
