export { decodeBencodedList, encodeBencodedList } from './bencode.ts';
export type { Bencodable, BencodedValue, BencodeLimits } from './bencode-value.ts';
export { decodeBencoded, encodeBencoded } from './bencode-value.ts';
export type { Branded, Bytes } from './bytes.ts';
export { asBytes, brandBytes, concatBytes, equalBytes, wipeBytes } from './bytes.ts';
export type { BytesErrorCode } from './errors.ts';
export { BytesError } from './errors.ts';
export type { Moment, Observer, Stop } from './observe.ts';
export { observe, STOPS } from './observe.ts';
export { Secret } from './secret.ts';
export {
  fromBase64,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
} from './text.ts';
