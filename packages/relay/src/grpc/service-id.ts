import { asBytes } from '@sotto/bytes';
import {
  ACI_BYTES,
  formatServiceId,
  formatUuid,
  IdentityType,
  ProtocolError,
  parseServiceId,
  type ServiceId,
} from '@sotto/protocol';

/** Identities in the two forms that they have: as paths have them, and in messages (signal-service §0, appendix). */

export interface ServiceIdentifier {
  readonly identityType: IdentityType;
  readonly uuid: Uint8Array;
}

/** As paths have it. Throws ProtocolError for none, and for what is none. */
export function toPathId(identifier: ServiceIdentifier | undefined): string {
  const { identityType, uuid = new Uint8Array(0) } = identifier ?? {};
  const kind = KIND[identityType ?? IdentityType.UNSPECIFIED];
  if (kind === undefined) throw new ProtocolError('malformed', 'no such identity', 'identity_type');
  return formatServiceId({ kind, uuid: uuidIn(uuid) });
}

/** UUIDs that are not of people have no type. Throws ProtocolError. */
export function uuidOf(bytes: Uint8Array): string {
  return formatUuid(uuidIn(bytes));
}

/** The other way round. */
export function toServiceIdentifier({ kind, uuid }: ServiceId): ServiceIdentifier {
  return { identityType: kind === 'pni' ? IdentityType.PNI : IdentityType.ACI, uuid };
}

/** The same of an identity in its text form. */
export function textToServiceIdentifier(text: string): ServiceIdentifier {
  return toServiceIdentifier(parseServiceId(text));
}

const KIND: Readonly<Record<number, ServiceId['kind']>> = {
  [IdentityType.ACI]: 'aci',
  [IdentityType.PNI]: 'pni',
};

function uuidIn(bytes: Uint8Array) {
  if (bytes.length !== ACI_BYTES) throw new ProtocolError('malformed', 'not a UUID');
  return asBytes(bytes);
}
