import { OxenMqError } from './errors.ts';

const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** A key as libzmq's options take it: base 85, four bytes as five signs (ZeroMQ RFC 32). */
export function toZ85(key: Uint8Array): string {
  if (key.length !== 32) throw new OxenMqError('bad-key', 'a key of CURVE has 32 bytes');
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  let text = '';
  for (let at = 0; at < key.length; at += 4) {
    let value = view.getUint32(at);
    let five = '';
    for (let sign = 0; sign < 5; sign++) {
      five = SIGNS.charAt(value % 85) + five;
      value = Math.floor(value / 85);
    }
    text += five;
  }
  return text;
}
