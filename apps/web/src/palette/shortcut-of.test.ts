import { expect, it } from 'vitest';
import { shortcutOf } from './shortcut-of.ts';

const press = (key: string, code: string, held = '') =>
  shortcutOf({
    key,
    code,
    altKey: held.includes('a'),
    ctrlKey: held.includes('c'),
    metaKey: held.includes('m'),
    shiftKey: held.includes('s'),
    repeat: held.includes('r'),
  });

it.each([
  ['k', 'KeyK', 'c', { does: 'palette' }],
  ['K', 'KeyK', 'm', { does: 'palette' }],
  ['/', 'Slash', 'c', { does: 'list' }],
  // A German keyboard has the slash above the seven.
  ['/', 'Digit7', 'cs', { does: 'list' }],
  ['F6', 'F6', '', { does: 'region-after' }],
  ['F6', 'F6', 's', { does: 'region-before' }],
  ['1', 'Digit1', 'a', { does: 'section', section: 'chats' }],
  // What Alt makes of the two on a Mac.
  ['€', 'Digit2', 'a', { does: 'section', section: 'requests' }],
  ['4', 'Digit4', 'a', { does: 'section', section: 'settings' }],
])('takes %s (%s) with %j', (key, code, held, shortcut) => {
  expect(press(key, code, held)).toEqual(shortcut);
});

it.each([
  ['k', 'KeyK', ''],
  ['k', 'KeyK', 'cs'],
  ['k', 'KeyK', 'ca'],
  ['k', 'KeyK', 'cr'],
  ['/', 'Slash', ''],
  ['1', 'Digit1', ''],
  ['5', 'Digit5', 'a'],
  ['0', 'Digit0', 'a'],
  // AltGr writes; it must not jump.
  ['[', 'Digit1', 'ca'],
  ['F6', 'F6', 'c'],
  ['ArrowDown', 'ArrowDown', 'a'],
])('leaves %s (%s) with %j alone', (key, code, held) => {
  expect(press(key, code, held)).toBeUndefined();
});
