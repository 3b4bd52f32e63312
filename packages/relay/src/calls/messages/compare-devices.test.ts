import { describe, expect, it } from 'vitest';
import { compareDevices } from './compare-devices.ts';

const devices = [
  { id: 1, registrationId: 11 },
  { id: 2, registrationId: 22 },
];
const to = (destinationDeviceId: number, destinationRegistrationId = destinationDeviceId * 11) => ({
  destinationDeviceId,
  destinationRegistrationId,
});

describe('comparing devices', () => {
  it.each([
    ['all of them', [to(1), to(2)], undefined, { outcome: 'same' }],
    ['all but the one a sync comes from', [to(2)], 1, { outcome: 'same' }],
    ['one missing', [to(1)], undefined, { outcome: 'mismatched', missingDevices: [2], extraDevices: [] }],
    [
      'one too many',
      [to(1), to(2), to(3)],
      undefined,
      { outcome: 'mismatched', missingDevices: [], extraDevices: [3] },
    ],
    [
      'a sync to its own device',
      [to(1), to(2)],
      1,
      { outcome: 'mismatched', missingDevices: [], extraDevices: [1] },
    ],
    ['stale before missing and extra', [to(1, 9), to(3)], undefined, { outcome: 'stale', staleDevices: [1] }],
    ['nothing', [], undefined, { outcome: 'mismatched', missingDevices: [1, 2], extraDevices: [] }],
  ] as const)('%s', (_name, messages, except, expected) => {
    expect(compareDevices(devices, messages, except)).toEqual(expected);
  });
});
