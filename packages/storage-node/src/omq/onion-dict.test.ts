import { concatBytes, encodeBencoded, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { decodeOnionDict, encodeOnionDict } from './onion-dict.ts';

const layer = {
  ciphertext: randomBytes(40),
  ephemeralKey: randomBytes(32),
  encryption: 'xchacha20',
  hopNumber: 3,
} as const;

describe('a layer for the next hop', () => {
  it('is a dictionary as original nodes write it, and comes back from it', () => {
    const bytes = encodeOnionDict(layer);
    const expected = [
      utf8('d4:data40:'),
      layer.ciphertext,
      utf8('8:enc_type9:xchacha2013:ephemeral_key32:'),
      layer.ephemeralKey,
      utf8('6:hop_noi3ee'),
    ];
    expect(bytes).toEqual(concatBytes(...expected));
    expect(decodeOnionDict(bytes)).toEqual(layer);
  });

  it('is of the first kind and the first hop where it says nothing, and never before that', () => {
    const { ciphertext: data, ephemeralKey: ephemeral_key } = layer;
    expect(decodeOnionDict(encodeBencoded({ data, ephemeral_key }))).toMatchObject({
      encryption: 'aes-gcm',
      hopNumber: 1,
    });
    expect(decodeOnionDict(encodeBencoded({ data, ephemeral_key, hop_no: -7 })).hopNumber).toBe(1);
  });

  it.each([
    ['no data', { ephemeral_key: layer.ephemeralKey }],
    ['no key', { data: layer.ciphertext }],
    ['a short key', { data: layer.ciphertext, ephemeral_key: randomBytes(31) }],
    ['a key in hexadecimal', { data: layer.ciphertext, ephemeral_key: 'ab'.repeat(32) }],
    [
      'an unknown encryption',
      { data: layer.ciphertext, ephemeral_key: layer.ephemeralKey, enc_type: 'rot13' },
    ],
    ['a list', ['data']],
  ])('is refused with %s', (_, value) => {
    expect(() => decodeOnionDict(encodeBencoded(value))).toThrow();
  });
});
