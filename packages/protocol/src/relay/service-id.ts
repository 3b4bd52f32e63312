import { asBytes, type Bytes, brandBytes, concatBytes, fromHex, toHex } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { ACI_BYTES, SERVICE_ID_BYTES } from './constants.ts';

/** Names of accounts and of phone-number identities (reference: signal-service §0). */

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An account by its ACI, or the identity that stands behind its phone number by its PNI. */
export interface ServiceId {
  readonly kind: 'aci' | 'pni';
  /** 16 bytes. */
  readonly uuid: Bytes;
}

const PNI_PREFIX = 'PNI:';
const KINDS = ['aci', 'pni'] as const;

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

/** `<uuid>` is an ACI and `PNI:<uuid>` a PNI; there is no other form. Throws ProtocolError `bad-body`. */
export function parseServiceId(text: string): ServiceId {
  const isPni = text.startsWith(PNI_PREFIX);
  return { kind: isPni ? 'pni' : 'aci', uuid: parseUuid(isPni ? text.slice(PNI_PREFIX.length) : text) };
}

/** The form that paths and bodies use. */
export function formatServiceId({ kind, uuid }: ServiceId): string {
  return (kind === 'pni' ? PNI_PREFIX : '') + formatUuid(uuid);
}

/** The fixed-width binary form, 17 bytes: 0 for an ACI or 1 for a PNI, then the UUID. */
export function encodeServiceId({ kind, uuid }: ServiceId): Bytes {
  return concatBytes(Uint8Array.of(KINDS.indexOf(kind)), brandBytes(uuid, ACI_BYTES, 'UUID'));
}

/** Read the fixed-width binary form. Throws ProtocolError `malformed`. */
export function decodeServiceId(bytes: Uint8Array): ServiceId {
  const kind = KINDS[bytes[0] ?? KINDS.length];
  if (bytes.length !== SERVICE_ID_BYTES || kind === undefined) {
    throw new ProtocolError('malformed', 'not a service ID');
  }
  return { kind, uuid: asBytes(bytes.slice(1)) };
}
