import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeTransport } from '../../sms/code-sender.ts';
import type { Verification } from '../../store/verifications.ts';
import { refuseSend, refuseTry, untilSend, untilTry } from './pauses.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const fresh: Verification = { number: '+12065550100', sent: [], tries: 0, triedAt: 0, verified: false };

const sentAt = (...sent: readonly (readonly [CodeTransport, number])[]): Verification => ({
  ...fresh,
  sent: sent.map(([transport, at]) => ({ transport, at })),
  proof: { code: '123456' },
});

describe('a code', () => {
  it.each([
    ['at once', [], 'sms', 0, 0],
    ['by phone only after a message was tried', [], 'voice', 0, undefined],
    ['by phone at once then', [['sms', 0]], 'voice', 0, 0],
    ['again after a minute', [['sms', 0]], 'sms', 20 * SECOND, 40 * SECOND],
    ['… which is over', [['sms', 0]], 'sms', MINUTE, 0],
    [
      'then after two',
      [
        ['sms', 0],
        ['sms', MINUTE],
      ],
      'sms',
      MINUTE,
      2 * MINUTE,
    ],
    [
      'four times in all',
      [
        ['sms', 0],
        ['sms', 1],
        ['sms', 2],
        ['sms', 3],
      ],
      'sms',
      99 * MINUTE,
      undefined,
    ],
    [
      'three times by phone',
      [
        ['sms', 0],
        ['voice', 1],
        ['voice', 2],
        ['voice', 3],
      ],
      'voice',
      99 * MINUTE,
      undefined,
    ],
    [
      'not later for the other way',
      [
        ['sms', 0],
        ['voice', 0],
      ],
      'sms',
      MINUTE,
      0,
    ],
  ] as const)('is sent %s', (_name, sent, transport, now, wait) => {
    expect(untilSend(sentAt(...sent), transport, now)).toBe(wait);
  });

  it.each([
    [1, 0, 0],
    [2, 0, 0],
    [3, 4 * SECOND, 6 * SECOND],
    [4, 0, 30 * SECOND],
    [5, 9 * MINUTE, undefined],
  ])('that was tried %i times can be tried %i ms later after %s ms', (tries, now, wait) => {
    expect(untilTry({ ...sentAt(['sms', 0]), tries, triedAt: 0 }, now)).toBe(wait);
  });

  it('is good for ten minutes, and none is needed when one was right', () => {
    expect(refuseTry(sentAt(['sms', 0]), 10 * MINUTE - 1)).toBeUndefined();
    expect(refuseTry(sentAt(['sms', 0]), 10 * MINUTE)).toEqual({ outcome: 'conflict' });
    expect(refuseTry(fresh, 0)).toEqual({ outcome: 'conflict' });
    const verified = { ...sentAt(['sms', 0]), verified: true };
    expect([refuseTry(verified, 1), refuseSend(verified, 'sms', MINUTE)]).toEqual([
      { outcome: 'conflict' },
      { outcome: 'conflict' },
    ]);
    expect([untilTry(verified, 1), untilSend(verified, 'sms', MINUTE)]).toEqual([undefined, undefined]);
  });

  it('is refused exactly when there is a time to wait, or none that helps', () => {
    const transport = fc.constantFrom<CodeTransport>('sms', 'voice');
    const state = fc.record({
      number: fc.constant(fresh.number),
      sent: fc.array(fc.record({ transport, at: fc.nat(MINUTE) }), { maxLength: 8 }),
      proof: fc.constant({ code: '1' }),
      tries: fc.nat(6),
      triedAt: fc.nat(MINUTE),
      verified: fc.constant(false),
    });
    fc.assert(
      fc.property(state, transport, fc.nat(10 * MINUTE), (one, way, now) => {
        const wait = untilSend(one, way, now);
        const refusal = refuseSend(one, way, now);
        if (wait === 0) expect(refusal).toBeUndefined();
        else expect(refusal).toEqual({ outcome: 'wait', ...(wait !== undefined && { milliseconds: wait }) });
      }),
    );
  });
});
