import { type Bytes, brandBytes, concatBytes, toBase64, toBase64Url, utf8 } from '@sotto/bytes';
import type { RoadCredentials } from '@sotto/client';
import { type Aci, aciFromBytes, formatAci } from '@sotto/identity';
import { ACI_BYTES, MAX_DEVICE_ID } from '@sotto/protocol';
import { RelayRoadError } from './errors.ts';

/** What this device shows the relay to collect its mail. */
export interface Credentials {
  readonly aci: Aci;
  readonly device: number;
  /** 32 random bytes, sent as base64url text. */
  readonly password: Bytes;
}

const VERSION = 1;
const PASSWORD_BYTES = 32;
const LENGTH = 2 + ACI_BYTES + PASSWORD_BYTES;

/** Version byte ‖ device ‖ ACI ‖ password. */
export function encodeCredentials({ aci, device, password }: Credentials): RoadCredentials {
  return concatBytes(Uint8Array.of(VERSION, device), aci, brandBytes(password, PASSWORD_BYTES, 'Password'));
}

/** Throws RelayRoadError `bad-credentials`. */
export function decodeCredentials(bytes: RoadCredentials): Credentials {
  const device = bytes[1] ?? 0;
  if (bytes.length !== LENGTH || bytes[0] !== VERSION || device < 1 || device > MAX_DEVICE_ID) {
    throw new RelayRoadError('bad-credentials', 'these are not credentials for a relay');
  }
  return {
    aci: aciFromBytes(bytes.slice(2, 2 + ACI_BYTES)),
    device,
    password: bytes.slice(2 + ACI_BYTES),
  };
}

/** The value of an `authorization` header for a socket (RFC 7617). */
export function socketAuthorization({ aci, device, password }: Credentials): string {
  return basic(`${formatAci(aci)}.${device}`, password);
}

/** The same for any user, as registration needs it. */
export function basic(user: string, password: Bytes): string {
  return `Basic ${toBase64(utf8(`${user}:${toBase64Url(password)}`))}`;
}
