import { toBase64 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, deviceIds, obeysBodyLaws, registrationIds, wordOf } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const archives = fc.oneof(
  fc.record({ cdn: fc.nat(), key: wordOf(1, 64) }),
  fc.record({ error: fc.constantFrom('RELINK_REQUESTED' as const, 'CONTINUE_WITHOUT_UPLOAD' as const) }),
);

obeysBodyLaws({
  name: 'transfer archive',
  values: archives,
  format: protocol.formatTransferArchive,
  parse: protocol.parseTransferArchive,
});

obeysBodyLaws({
  name: 'upload of a transfer archive',
  values: fc.record({
    destinationDeviceId: deviceIds,
    destinationDeviceRegistrationId: registrationIds,
    transferArchive: archives,
  }),
  format: protocol.formatTransferArchiveUpload,
  parse: protocol.parseTransferArchiveUpload,
  required: ['destinationDeviceId', 'destinationDeviceRegistrationId', 'transferArchive'],
  refused: [
    ['destinationDeviceId', 128],
    ['destinationDeviceRegistrationId', 0x4000],
  ],
});

obeysBodyLaws({
  name: 'request to restore an account',
  values: fc.record(
    {
      method: fc.constantFrom('REMOTE_BACKUP', 'LOCAL_BACKUP', 'DEVICE_TRANSFER', 'DECLINE'),
      deviceTransferBootstrap: bytesOf(0, 100),
    },
    { requiredKeys: ['method'] },
  ),
  format: protocol.formatRestoreAccountRequest,
  parse: protocol.parseRestoreAccountRequest,
  required: ['method'],
  refused: [
    ['method', 'MAGIC'],
    ['deviceTransferBootstrap', toBase64(new Uint8Array(4_097))],
  ],
});

describe('transfer archive', () => {
  it.each([
    { cdn: 3, key: 'abc', error: 'RELINK_REQUESTED' },
    { cdn: 3 },
    { key: 'abc' },
    {},
    { error: 'OTHER' },
    { cdn: 3, key: 'a/b' },
    { cdn: 3, key: '' },
    { cdn: 3, key: 'x'.repeat(65) },
    { cdn: -1, key: 'abc' },
  ])('is not %j', (body) => {
    expect(() => protocol.parseTransferArchive(body)).toThrow(expect.objectContaining({ code: 'bad-body' }));
  });
});
