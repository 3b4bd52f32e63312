import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deviceIds, obeysBodyLaws, serviceIds } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const devices = fc.array(deviceIds, { maxLength: 3 });

obeysBodyLaws({
  name: 'multi-recipient response',
  values: fc.record({ uuids404: fc.array(serviceIds, { maxLength: 3 }) }),
  format: protocol.formatSendMultiRecipientResponse,
  parse: protocol.parseSendMultiRecipientResponse,
  refused: [
    ['uuids404', ['9d0652a3']],
    ['uuids404', Array.from({ length: 5_001 }, () => '9d0652a3-dcc3-4d11-975f-74d61598733f')],
  ],
});

obeysBodyLaws({
  name: 'mismatched devices of accounts',
  values: fc.array(
    fc.record({
      uuid: serviceIds,
      devices: fc.record({ missingDevices: devices, extraDevices: devices }),
    }),
    { maxLength: 3 },
  ),
  format: protocol.formatAccountMismatchedDevices,
  parse: protocol.parseAccountMismatchedDevices,
});

obeysBodyLaws({
  name: 'stale devices of accounts',
  values: fc.array(fc.record({ uuid: serviceIds, devices: fc.record({ staleDevices: devices }) }), {
    maxLength: 3,
  }),
  format: protocol.formatAccountStaleDevices,
  parse: protocol.parseAccountStaleDevices,
});

it('names accounts and numbers as Signal does', () => {
  const uuid = protocol.parseUuid('9d0652a3-dcc3-4d11-975f-74d61598733f');
  expect(
    protocol.formatAccountStaleDevices([
      { uuid: { kind: 'aci', uuid }, devices: { staleDevices: [1] } },
      { uuid: { kind: 'pni', uuid }, devices: { staleDevices: [2] } },
    ]),
  ).toEqual([
    { uuid: '9d0652a3-dcc3-4d11-975f-74d61598733f', devices: { staleDevices: [1] } },
    { uuid: 'PNI:9d0652a3-dcc3-4d11-975f-74d61598733f', devices: { staleDevices: [2] } },
  ]);
});
