import { type Bytes, brandBytes, fromHex, toHex } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { ACI_BYTES } from './constants.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 16 bytes of a UUID in text. Throws ProtocolError `bad-body`. */
export function parseUuid(text: string): Bytes {
  if (!UUID.test(text)) throw new ProtocolError('bad-body', 'not a UUID');
  return fromHex(text.replaceAll('-', ''));
}

/** Lower-case UUID text of 16 bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = toHex(brandBytes(bytes, ACI_BYTES, 'UUID'));
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
