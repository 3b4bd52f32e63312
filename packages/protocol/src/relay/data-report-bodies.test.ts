import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceIds, obeysBodyLaws, phoneNumbers, uuids, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const times = fc.integer({ min: 0, max: 253_402_300_799 }).map((second) => second * 1_000);

obeysBodyLaws({
  name: 'data report',
  values: fc.record({
    reportId: uuids,
    reportTimestamp: times,
    data: fc.record({
      account: fc.record(
        {
          phoneNumber: phoneNumbers,
          badges: fc.array(fc.record({ id: wordOf(1, 9), expiration: times, visible: fc.boolean() }), {
            maxLength: 2,
          }),
          allowSealedSenderFromAnyone: fc.boolean(),
          findAccountByPhoneNumber: fc.boolean(),
        },
        { requiredKeys: ['badges', 'allowSealedSenderFromAnyone', 'findAccountByPhoneNumber'] },
      ),
      devices: fc.array(
        fc.record(
          { id: deviceIds, lastSeen: times, created: times, userAgent: wordOf(1, 9) },
          { requiredKeys: ['id', 'lastSeen', 'created'] },
        ),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    text: fc.string({ maxLength: 200 }),
  }),
  format: protocol.formatDataReport,
  parse: protocol.parseDataReport,
  required: ['reportId', 'reportTimestamp', 'data', 'text'],
  refused: [
    ['reportTimestamp', '2026-13-01T00:00:00Z'],
    ['reportTimestamp', '2026-02-30T00:00:00Z'],
    ['reportTimestamp', '2026-02-28T00:00:00.5Z'],
    ['reportTimestamp', '2026-02-28T00:00:00+01:00'],
    ['data.devices.lastSeen', 1_790_000_000_000],
    ['data.account.phoneNumber', '1'],
  ],
});

describe('data report', () => {
  it('has times in whole seconds, and null for what there is not', () => {
    const report = protocol.formatDataReport({
      reportId: '9d0652a3-dcc3-4d11-975f-74d61598733f',
      reportTimestamp: Date.UTC(2026, 8, 21, 14, 13, 20, 999),
      data: {
        account: { badges: [], allowSealedSenderFromAnyone: false, findAccountByPhoneNumber: false },
        devices: [{ id: 1, lastSeen: 0, created: 1_000 }],
      },
      text: '',
    });
    expect(report).toMatchObject({
      reportTimestamp: '2026-09-21T14:13:20Z',
      data: {
        account: { phoneNumber: null },
        devices: [
          { id: 1, lastSeen: '1970-01-01T00:00:00Z', created: '1970-01-01T00:00:01Z', userAgent: null },
        ],
      },
    });
  });
});
