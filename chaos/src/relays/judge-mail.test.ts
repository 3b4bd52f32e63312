import { describe, expect, it } from 'vitest';
import { judgeMail } from './judge-mail.ts';
import type { MailHistory, Sent, Taken } from './mail-history.ts';

const sent = (number: number, changes: Partial<Sent> = {}): Sent => ({
  ...{
    sender: 'alice 1',
    to: 'bob',
    number,
    text: `alice 1 says ${number}`,
    timestamp: number,
    attempts: 1,
    acknowledged: true,
  },
  ...changes,
});
const taken = (number: number, changes: Partial<Taken> = {}): Taken => ({
  ...{ connection: 1, guid: `guid ${number}`, text: `alice 1 says ${number}`, timestamp: number },
  ...changes,
});
const kindsOf = (bob: readonly Taken[], changes: Partial<MailHistory> = {}) =>
  judgeMail({ sent: [sent(0), sent(1)], taken: { alice: [], bob }, notEmptied: [], ...changes }).map(
    ({ kind }) => kind,
  );

describe('mail', () => {
  it('is right when each message came once, or again on another connection', () => {
    expect(kindsOf([taken(0), taken(1)])).toEqual([]);
    expect(kindsOf([taken(0), taken(1), taken(0, { connection: 2 })])).toEqual([]);
  });

  it('may be there twice when it was sent twice, and then once at most for the order', () => {
    const again = taken(0, { guid: 'another' });
    expect(kindsOf([taken(0), taken(1), again], { sent: [sent(0, { attempts: 2 }), sent(1)] })).toEqual([]);
    expect(kindsOf([taken(0), taken(1), again])).toEqual(['doubled']);
  });

  it('is wrong when something is lost, disordered, repeated, altered, misdirected or left', () => {
    expect(kindsOf([taken(0)])).toEqual(['lost']);
    expect(kindsOf([taken(0)], { sent: [sent(0), sent(1, { acknowledged: false })] })).toEqual([]);
    expect(kindsOf([taken(1), taken(0)])).toEqual(['disordered']);
    expect(kindsOf([taken(0), taken(0), taken(1)])).toEqual(['doubled']);
    expect(kindsOf([taken(0), taken(1), taken(2)])).toEqual(['altered']);
    expect(kindsOf([taken(0), taken(1, { timestamp: 7 })])).toEqual(['altered']);
    const all = { bob: [taken(0), taken(1)], alice: [taken(1)] };
    expect(kindsOf([], { taken: all })).toEqual(['misdirected']);
    expect(kindsOf([taken(0), taken(1)], { notEmptied: ['bob'] })).toEqual(['stuck']);
  });
});
