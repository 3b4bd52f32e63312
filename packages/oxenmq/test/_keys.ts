import { asBytes, type Bytes } from '@sotto/bytes';
import { curveKeyPair } from 'zeromq';
import type { CurveKeys } from '../src/index.ts';

const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** What libzmq writes, as bytes. */
export function fromZ85(text: string): Bytes {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (const sign of text.slice(at, at + 5)) value = value * 85 + SIGNS.indexOf(sign);
    bytes.writeUInt32BE(value, (at / 5) * 4);
  }
  return asBytes(bytes);
}

export function newKeys(): CurveKeys {
  const { publicKey, secretKey } = curveKeyPair();
  return { publicKey: fromZ85(publicKey), secretKey: fromZ85(secretKey) };
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
