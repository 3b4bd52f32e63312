import {
  type Bencodable,
  type BencodedValue,
  BytesError,
  decodeBencoded,
  decodeBencodedList,
  encodeBencoded,
  encodeBencodedList,
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from '@sotto/bytes';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeExact } from './kit.ts';

const TEXT = ['packages/bytes/src/text.ts'];

/** Text forms of bytes, and the one bencoding: all of them have one form, whatever their letters' case or padding. */
export const bytesTargets: readonly Target[] = [
  {
    name: 'bencode',
    covers: ['packages/bytes/src/bencode.ts'],
    form: 'bencode',
    refuses: [BytesError],
    open: () => ({
      seeds: [
        [],
        [utf8('{}')],
        [utf8('{"method":"GET"}'), counted(40)],
        [counted(300), counted(1), counted(0)],
      ].map(encodeBencodedList),
      read: (input) => mustBeExact(input, encodeBencodedList(decodeBencodedList(input, 8))),
    }),
  },
  {
    name: 'bencode-value',
    covers: ['packages/bytes/src/bencode-value.ts'],
    form: 'bencode',
    refuses: [BytesError],
    open: () => ({
      seeds: [
        [],
        { data: counted(40), enc_type: 'xchacha20', ephemeral_key: counted(32), hop_no: 3 },
        [[counted(33), 'hash', 1, 2n ** 63n, counted(300)], -7, { a: { b: [] } }],
      ].map(encodeBencoded),
      read: (input) =>
        mustBeExact(input, encodeBencoded(writable(decodeBencoded(input, { depth: 6, values: 400 })))),
    }),
  },
  {
    name: 'hex',
    covers: TEXT,
    form: 'text',
    refuses: [BytesError],
    open: () => ({
      seeds: ['', '00', 'ff00', toHex(counted(33)), toHex(counted(64)).toUpperCase()].map(fromText),
      read: (input) => {
        const text = toText(input);
        if (toHex(fromHex(text)) !== text.toLowerCase()) throw new Broken('two texts for one byte string');
        return 'taken';
      },
    }),
  },
  ...base64Target('base64', fromBase64, toBase64),
  ...base64Target('base64url', fromBase64Url, toBase64Url),
  {
    name: 'utf8',
    covers: TEXT,
    form: 'text',
    refuses: [BytesError],
    open: () => ({
      seeds: [
        '',
        'plain',
        '\u{10ffff}é\ufeff\0',
        'zażółć gęślą jaźń',
        '\ud800',
        '\u{1f468}\u200d\u{1f469}',
      ].map(fromText),
      read: (input) => mustBeExact(input, utf8(fromUtf8(input))),
    }),
  },
];

/** As it can be written again. Names that are no text have no form that is written. */
function writable(value: BencodedValue): Bencodable {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...(value as ReadonlyMap<string, BencodedValue>)].map(([key, member]) => [
        fromUtf8(Uint8Array.from(key, (sign) => sign.charCodeAt(0))),
        writable(member),
      ]),
    );
  }
  return Array.isArray(value) ? value.map(writable) : (value as Bencodable);
}

function base64Target(
  name: string,
  decode: (text: string) => Uint8Array,
  encode: (bytes: Uint8Array) => string,
): readonly Target[] {
  return [
    {
      name,
      covers: TEXT,
      form: 'text',
      refuses: [BytesError],
      open: () => ({
        seeds: [0, 1, 2, 3, 32, 33, 64].map((length) => fromText(encode(counted(length, 250)))),
        read: (input) => {
          const text = toText(input);
          const again = encode(decode(text));
          if (again.replace(/=+$/, '') !== text.replace(/=+$/, ''))
            throw new Broken('two texts for one byte string');
          return 'taken';
        },
      }),
    },
  ];
}
