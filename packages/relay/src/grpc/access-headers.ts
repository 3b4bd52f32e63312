import { toBase64 } from '@sotto/bytes';
import { ACCESS_KEY_BYTES, HEADER, ProtocolError } from '@sotto/protocol';

/** How an anonymous call shows that it may reach an account. */
type Authorization =
  | { readonly case: 'unidentifiedAccessKey' | 'groupSendToken'; readonly value: Uint8Array }
  | { readonly case: 'unrestrictedAccess' }
  | { readonly case: undefined };

/** The same as headers. Throws ProtocolError when there is none: no honest client leaves it away. */
export function accessHeaders(authorization: Authorization): Record<string, string> {
  switch (authorization.case) {
    case 'unidentifiedAccessKey':
      return { [HEADER.accessKey]: toBase64(authorization.value) };
    case 'groupSendToken':
      return { [HEADER.groupSendToken]: toBase64(authorization.value) };
    case 'unrestrictedAccess':
      // An account that is open to all wants some key still (§4.1).
      return { [HEADER.accessKey]: toBase64(new Uint8Array(ACCESS_KEY_BYTES)) };
    default:
      throw new ProtocolError('malformed', 'no authorization', 'authorization');
  }
}
