import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, deviceIds, obeysBodyLaws, registrationIds } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const devices = fc.record(
  {
    id: deviceIds,
    name: bytesOf(0, 225),
    lastSeen: fc.nat(),
    registrationId: registrationIds,
    createdAtCiphertext: bytesOf(57),
  },
  { requiredKeys: ['id', 'lastSeen', 'registrationId'] },
);

obeysBodyLaws({
  name: 'device',
  values: devices,
  format: protocol.formatListedDevice,
  parse: protocol.parseListedDevice,
  required: ['id', 'lastSeen', 'registrationId'],
  refused: [
    ['id', 0],
    ['id', 128],
    ['registrationId', 0],
    ['registrationId', 0x4000],
    ['name', toBase64(new Uint8Array(226))],
    ['createdAtCiphertext', 'not base64!'],
    ['createdAtCiphertext', toBase64(new Uint8Array(257))],
  ],
});

obeysBodyLaws({
  name: 'device list',
  values: fc.record({ devices: fc.array(devices, { minLength: 1, maxLength: 4 }) }),
  format: protocol.formatDeviceList,
  parse: protocol.parseDeviceList,
  required: ['devices'],
  refused: [['devices.lastSeen', -1]],
});

obeysBodyLaws({
  name: 'device name',
  values: fc.record({ deviceName: bytesOf(1, 225) }),
  format: protocol.formatDeviceName,
  parse: protocol.parseDeviceName,
  required: ['deviceName'],
  refused: [
    ['deviceName', ''],
    ['deviceName', toBase64(new Uint8Array(226))],
  ],
});

obeysBodyLaws({
  name: 'device limit',
  values: fc.record({ current: deviceIds, max: deviceIds }),
  format: protocol.formatDeviceLimit,
  parse: protocol.parseDeviceLimit,
  required: ['current', 'max'],
  refused: [['max', 128]],
});

describe('capabilities', () => {
  it('come back from their own text', () => {
    const has = { spqr: true, storage: false };
    expect(protocol.parseCapabilities(protocol.formatCapabilities(has))).toEqual(has);
    expect(protocol.parseCapabilities({})).toEqual({});
  });

  it.each([
    ['a text', 'spqr'],
    ['a list', [true]],
    ['a value that is none', { 'do-not-repeat-me': 1 }],
    ['a long name', { ['do-not-repeat-me'.repeat(5)]: true }],
    ['too many', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`c${index}`, true]))],
    ['a prototype', JSON.parse('{"__proto__":true}')],
  ])('are refused as a whole for %s', (_name, body) => {
    const refusal = expect.objectContaining({ name: 'ProtocolError', code: 'bad-body', field: '' });
    expect(() => protocol.parseCapabilities(body)).toThrow(refusal);
  });
});
