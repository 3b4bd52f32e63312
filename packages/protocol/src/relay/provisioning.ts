import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { ProvisioningAddressSchema } from '../generated/provisioning_pb.ts';

/** 16 random bytes in base64url with padding are 24 letters; the bound leaves room for another form. */
const MAX_ADDRESS_LENGTH = 64;

/** What the server first tells a device that waits to be linked: its address (reference: signal-service §1.3, §2.6). */
export function encodeProvisioningAddress(address: string): Bytes {
  return asBytes(toBinary(ProvisioningAddressSchema, create(ProvisioningAddressSchema, { address })));
}

/** Read an address. Throws ProtocolError `malformed`. */
export function decodeProvisioningAddress(bytes: Uint8Array): string {
  const address = decode(bytes);
  if (/^[\w-]+={0,2}$/.test(address) && address.length <= MAX_ADDRESS_LENGTH) return address;
  throw malformed();
}

function decode(bytes: Uint8Array): string {
  try {
    return fromBinary(ProvisioningAddressSchema, bytes).address;
  } catch {
    throw malformed();
  }
}

function malformed(): ProtocolError {
  return new ProtocolError('malformed', 'not a provisioning address');
}
