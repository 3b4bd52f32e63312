import { type Branded, brandBytes, concatBytes, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { formatUuid, ProtocolError, parseUuid } from '@sotto/protocol';
import type { AccountId } from './account-id.ts';
import { IdentityError } from './errors.ts';

/** What an account is called at a relay: the 16 bytes of a UUID, computed from the ID, never trusted. */
export type Aci = Branded<'Aci'>;

const LABEL = utf8('sotto aci v1');

/** UUIDv8 (RFC 9562 §5.8) of SHA-256("sotto aci v1" ‖ 33-byte account ID). */
export function aciOf(account: AccountId): Aci {
  const aci = sha256(concatBytes(LABEL, account)).slice(0, 16);
  aci[6] = ((aci[6] as number) & 0x0f) | 0x80;
  aci[8] = ((aci[8] as number) & 0x3f) | 0x80;
  return brandBytes(aci, 16, 'Aci');
}

/** Any 16 bytes; an ACI of a third-party client need not be computed. Throws BytesError `wrong-length`. */
export function aciFromBytes(bytes: Uint8Array): Aci {
  return brandBytes(bytes, 16, 'Aci');
}

/** Lower-case UUID text. */
export function formatAci(aci: Aci): string {
  return formatUuid(aci);
}

/** Parse a UUID of either case. Throws IdentityError `bad-character`. */
export function parseAci(text: string): Aci {
  try {
    return brandBytes(parseUuid(text), 16, 'Aci');
  } catch (error) {
    if (error instanceof ProtocolError) throw new IdentityError('bad-character', 'an ACI is a UUID');
    throw error;
  }
}
