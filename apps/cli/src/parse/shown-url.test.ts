import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownUrl } from './shown-url.ts';

const shown = (url: string) => shownUrl(url, { path: 'shown' });

describe('a URL among settings', () => {
  it.each([
    ['postgres://db.example/sotto', 'postgres://db.example/sotto'],
    ['postgres://u:p@db.example:5433/sotto?sslmode=require', 'postgres://…@db.example:5433/sotto?…'],
    ['postgres://u:p@w@db.example/sotto', 'postgres://…@db.example/sotto'],
    ['postgres://u:p/w@db.example/sotto', '…'],
    ['postgres://u:1/w@db.example/sotto', '…'],
    ['postgres://u:1?w@db.example/sotto', '…'],
    ['postgres://u:1#w@db.example/sotto', '…'],
    ['postgres://db.example/sotto?user=u&password=secret', 'postgres://db.example/sotto?…'],
    ['postgres:///sotto?host=/run&password=secret', '…'],
    ['nats://token@bus.example:4222', 'nats://…@bus.example:4222'],
    ['host=db.example password=secret', '…'],
    ['u:secret@db.example', '…'],
  ])('%s is shown as %s', (url, expected) => {
    expect(shown(url)).toBe(expected);
  });

  it('has no path where that is what lets in', () => {
    expect(shownUrl('https://sms.example/hook/token', { path: 'hidden' })).toBe('https://sms.example/…');
    expect(shownUrl('https://sms.example/', { path: 'hidden' })).toBe('https://sms.example/');
  });

  it('shows no password, whatever is in it', () => {
    const password = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `${text}SECRET`);
    fc.assert(
      fc.property(password, (text) => {
        expect(shown(`postgres://sotto:${text}@db.example/sotto`)).not.toContain('SECRET');
        expect(shown(`postgres://db.example/sotto?password=${text}`)).not.toContain('SECRET');
      }),
    );
  });
});
