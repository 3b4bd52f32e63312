import { describe, expect, it } from 'vitest';
import { idGroups } from './id-groups.ts';
import { isWho, readWho } from './read-who.ts';

const ID = `05${'ab12'.repeat(16)}`;
const LINK = `sotto://contact/${ID}?n=Zo%C3%AB%20%26%20co&c=01234567`;

describe('what was pasted to add a contact', () => {
  it.each([
    ['an ID', ID],
    ['an ID in capital letters', ID.toUpperCase()],
    ['an ID in groups', idGroups(ID).join(' ')],
    ['an ID on two lines', `${ID.slice(0, 30)}\n${ID.slice(30)} `],
    ['an ID in a sentence', `mine is ${ID} , write to me`],
  ])('%s is recognised', (_what, text) => {
    expect(readWho(text)).toEqual({ kind: 'who', who: ID, account: ID, name: undefined });
  });

  it('a link is recognised with its name, and with text around it', () => {
    const wanted = { kind: 'who', who: LINK, account: ID, name: 'Zoë & co' };
    expect(readWho(LINK)).toEqual(wanted);
    expect(readWho(`Write to me: ${LINK}\nSee you`)).toEqual(wanted);
    expect(isWho(LINK)).toBe(true);
  });

  it('a link to join names whoever gave it, too', () => {
    const link = `sotto://join?i=${ID}&n=Zo%C3%AB&d=AA&t=1&a=1.2.3.4:5&c=01234567`;
    expect(readWho(`Come: ${link}`)).toEqual({ kind: 'who', who: link, account: ID, name: 'Zoë' });
    expect(readWho(link.slice(0, 40))).toEqual({ kind: 'incomplete' });
  });

  it.each([
    ['nothing', ' \n'],
    ['incomplete', ID.slice(0, 65)],
    ['incomplete', `${ID}0`],
    ['incomplete', LINK.slice(0, 40)],
    ['invite', 'sotto://invite?relay=x'],
    ['network', 'sotto-network:1:abc:00'],
    ['other', 'Zoë'],
    ['other', `06${ID.slice(2)}`],
  ])('is %s: %s', (kind, text) => {
    expect(readWho(text)).toEqual({ kind });
    expect(isWho(text)).toBe(false);
  });
});
