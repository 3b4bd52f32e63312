import { describe, expect, it } from 'vitest';
import { MAX_NEW_RECIPIENTS, NewRecipients } from './new-recipients.ts';

const HOUR = 60 * 60 * 1000;

function writeToMost(sender: string, now: number, recipients = new NewRecipients()): NewRecipients {
  for (let count = 0; count < MAX_NEW_RECIPIENTS; count++) {
    expect(recipients.note(sender, `recipient ${count}`, now)).toEqual({ outcome: 'ok' });
  }
  return recipients;
}

describe('who writes to many accounts', () => {
  it('is challenged at one too many, and not for those it has written to', () => {
    const recipients = writeToMost('alice', 1_000);
    const challenged = recipients.note('alice', 'another', 2_000);
    expect(challenged).toMatchObject({ outcome: 'challenge', retryAfter: HOUR - 1_000 });
    expect(recipients.note('alice', 'another', 2_000)).toEqual(challenged);
    expect(recipients.note('alice', 'recipient 7', 2_000)).toEqual({ outcome: 'ok' });
    expect(recipients.note('bob', 'another', 2_000)).toEqual({ outcome: 'ok' });
  });

  it('may go on once it has answered, or after its hour', () => {
    const recipients = writeToMost('alice', 0);
    const challenged = recipients.note('alice', 'another', 0);
    const token = challenged.outcome === 'challenge' ? challenged.token : '';
    expect(recipients.isChallenge('alice', 'x')).toBe(false);
    expect(recipients.isChallenge('bob', token)).toBe(false);
    expect(recipients.isChallenge('alice', token)).toBe(true);
    recipients.lift('alice');
    expect(recipients.isChallenge('alice', token)).toBe(false);
    writeToMost('alice', 5, recipients);
    expect(recipients.note('alice', 'another', HOUR + 4).outcome).toBe('challenge');
    expect(recipients.note('alice', 'another', HOUR + 5).outcome).toBe('ok');
  });

  it('is forgotten after its hour, and not before', () => {
    const recipients = writeToMost('alice', 0);
    recipients.note('bob', 'carol', 1);
    const left = [HOUR - 1, HOUR, HOUR + 1].map((now) => {
      recipients.forget(now);
      return recipients.size;
    });
    expect(left).toEqual([2, 1, 0]);
  });

  it('does not fill the memory together with others', () => {
    const recipients = new NewRecipients();
    for (let count = 0; count < 5_100; count++) recipients.note(`sender ${count}`, 'bob', 0);
    expect(recipients.size).toBe(5_000);
  });
});
