import { type Bytes, concatBytes, fromBase64Url, toBase64Url, utf8 } from '@sotto/bytes';
import { randomBytes, sha256 } from '@sotto/crypto';
import { PROVISIONING_ADDRESS_BYTES } from '@sotto/protocol';

/** Where a device waits to be linked. */
export interface ProvisioningAddress {
  /** As the device shows it: base64url with padding. */
  readonly text: string;
  /** Where in the database it finds what is left for it. */
  readonly parcel: Bytes;
}

const LABEL = utf8('sotto provisioning v1');

export function createProvisioningAddress(): ProvisioningAddress {
  const address = randomBytes(PROVISIONING_ADDRESS_BYTES);
  return { text: `${toBase64Url(address)}==`, parcel: parcelOf(address) };
}

/** Undefined for what is no address. Some clients escape the padding in a path. */
export function parcelAt(text: string): Bytes | undefined {
  try {
    const address = fromBase64Url(text.replace(/(?:%3D){0,2}$/i, ''));
    return address.length === PROVISIONING_ADDRESS_BYTES ? parcelOf(address) : undefined;
  } catch {
    return undefined;
  }
}

function parcelOf(address: Bytes): Bytes {
  return sha256(concatBytes(LABEL, address));
}
