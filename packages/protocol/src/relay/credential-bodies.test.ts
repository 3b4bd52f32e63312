import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOf, obeysBodyLaws, uuids, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const dated = fc.record({ credential: bytesOf(1, 425), redemptionTime: fc.nat() });

obeysBodyLaws({
  name: 'delivery certificate',
  values: fc.record({ certificate: bytesOf(1, 300) }),
  format: protocol.formatDeliveryCertificate,
  parse: protocol.parseDeliveryCertificate,
  required: ['certificate'],
  refused: [['certificate', '']],
});

obeysBodyLaws({
  name: 'credentials of a service',
  values: fc.record({ username: wordOf(1, 32), password: wordOf(1, 64) }),
  format: protocol.formatServiceCredentials,
  parse: protocol.parseServiceCredentials,
  required: ['username', 'password'],
  refused: [
    ['username', ''],
    ['password', 'x'.repeat(1_025)],
  ],
});

obeysBodyLaws({
  name: 'group credentials',
  values: fc.record(
    {
      credentials: fc.array(dated, { maxLength: 8 }),
      callLinkAuthCredentials: fc.array(dated, { maxLength: 8 }),
      pni: uuids,
    },
    { requiredKeys: ['credentials', 'callLinkAuthCredentials'] },
  ),
  format: protocol.formatGroupCredentials,
  parse: protocol.parseGroupCredentials,
  required: ['credentials', 'callLinkAuthCredentials'],
  refused: [
    ['credentials', Array.from({ length: 9 }, () => ({ credential: 'AAAA', redemptionTime: 1 }))],
    ['credentials.credential', toBase64(new Uint8Array(2_049))],
    ['pni', `PNI:9d0652a3-dcc3-4d11-975f-74d61598733f`],
  ],
});

obeysBodyLaws({
  name: 'dated credential',
  values: dated,
  format: protocol.formatDatedCredential,
  parse: protocol.parseDatedCredential,
  required: ['credential', 'redemptionTime'],
  refused: [['redemptionTime', 1.5]],
});

obeysBodyLaws({
  name: 'request of a call-link credential',
  values: fc.record({ createCallLinkCredentialRequest: bytesOf(1, 200) }),
  format: protocol.formatCallLinkCredentialRequest,
  parse: protocol.parseCallLinkCredentialRequest,
  required: ['createCallLinkCredentialRequest'],
  refused: [['createCallLinkCredentialRequest', '']],
});

it('writes null for the PNI of an account without a number', () => {
  const body = { credentials: [], callLinkAuthCredentials: [] };
  expect(protocol.formatGroupCredentials(body)).toEqual({ ...body, pni: null });
});
