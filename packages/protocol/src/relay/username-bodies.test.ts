import { toBase64, toBase64Url } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, obeysBodyLaws, uuids } from '../../test/_body-laws.ts';
import * as protocol from '../index.ts';

const hashes = bytesOf(32);
const WRONG_HASHES = [
  ['usernameHash', toBase64Url(new Uint8Array(31))],
  ['usernameHash', toBase64Url(new Uint8Array(33))],
  ['usernameHash', ''],
] as const;

obeysBodyLaws({
  name: 'username reservation',
  values: fc.record({ usernameHashes: fc.array(hashes, { minLength: 1, maxLength: 20 }) }),
  format: protocol.formatReserveUsernameRequest,
  parse: protocol.parseReserveUsernameRequest,
  required: ['usernameHashes'],
  refused: [
    ['usernameHashes', []],
    ['usernameHashes', Array.from({ length: 21 }, () => toBase64Url(new Uint8Array(32)))],
    ['usernameHashes', [toBase64Url(new Uint8Array(31))]],
  ],
});

obeysBodyLaws({
  name: 'reserved username',
  values: fc.record({ usernameHash: hashes }),
  format: protocol.formatReservedUsername,
  parse: protocol.parseReservedUsername,
  required: ['usernameHash'],
  refused: WRONG_HASHES,
});

obeysBodyLaws({
  name: 'username confirmation',
  values: fc.record(
    { usernameHash: hashes, zkProof: bytesOf(128), encryptedUsername: bytesOf(1, 128) },
    { requiredKeys: ['usernameHash', 'zkProof'] },
  ),
  format: protocol.formatConfirmUsernameRequest,
  parse: protocol.parseConfirmUsernameRequest,
  required: ['usernameHash', 'zkProof'],
  refused: [
    ...WRONG_HASHES,
    ['zkProof', toBase64Url(new Uint8Array(127))],
    ['zkProof', toBase64Url(new Uint8Array(129))],
    ['encryptedUsername', ''],
    ['encryptedUsername', toBase64Url(new Uint8Array(129))],
  ],
});

obeysBodyLaws({
  name: 'confirmed username',
  values: fc.record({ usernameHash: hashes, usernameLinkHandle: uuids }, { requiredKeys: ['usernameHash'] }),
  format: protocol.formatConfirmedUsername,
  parse: protocol.parseConfirmedUsername,
  required: ['usernameHash'],
  refused: [...WRONG_HASHES, ['usernameLinkHandle', 'a']],
});

obeysBodyLaws({
  name: 'owner of a username',
  values: fc.record({ uuid: uuids }),
  format: protocol.formatUsernameOwner,
  parse: protocol.parseUsernameOwner,
  required: ['uuid'],
  refused: [['uuid', 'PNI:9d0652a3-dcc3-4d11-975f-74d61598733f']],
});

obeysBodyLaws({
  name: 'encrypted username',
  values: fc.record({ usernameLinkEncryptedValue: bytesOf(1, 128), keepLinkHandle: fc.boolean() }),
  format: protocol.formatEncryptedUsername,
  parse: protocol.parseEncryptedUsername,
  required: ['usernameLinkEncryptedValue'],
  refused: [
    ['usernameLinkEncryptedValue', ''],
    ['usernameLinkEncryptedValue', toBase64Url(new Uint8Array(129))],
  ],
});

obeysBodyLaws({
  name: 'username link handle',
  values: fc.record({ usernameLinkHandle: uuids }),
  format: protocol.formatUsernameLinkHandle,
  parse: protocol.parseUsernameLinkHandle,
  required: ['usernameLinkHandle'],
  refused: [['usernameLinkHandle', '9d0652a3dcc34d11975f74d61598733f']],
});

describe('usernames', () => {
  const usernameHash = new Uint8Array(32).fill(0xfb);

  it('are written URL-safe without padding, and read in either alphabet', () => {
    const text = toBase64Url(usernameHash);
    expect(text).toMatch(/[-_]/);
    expect(protocol.formatReservedUsername({ usernameHash })).toEqual({ usernameHash: text });
    for (const written of [text, `${text}=`, toBase64(usernameHash)]) {
      expect(protocol.parseReservedUsername({ usernameHash: written })).toEqual({ usernameHash });
    }
  });

  it('write null for a link that there is not', () => {
    expect(protocol.formatConfirmedUsername({ usernameHash })).toHaveProperty('usernameLinkHandle', null);
  });

  it('belong to an account whose UUID is one text, however it was written', () => {
    const uuid = '9d0652a3-dcc3-4d11-975f-74d61598733f';
    expect(protocol.parseUsernameOwner({ uuid: uuid.toUpperCase() })).toEqual({ uuid });
  });

  it('let go of an old link unless told otherwise', () => {
    expect(protocol.parseEncryptedUsername({ usernameLinkEncryptedValue: 'AAAA' }).keepLinkHandle).toBe(
      false,
    );
  });
});
