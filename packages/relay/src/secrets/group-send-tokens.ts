import { ServiceId as LibsignalServiceId } from '@signalapp/libsignal-client';
import {
  GroupSendDerivedKeyPair,
  GroupSendFullToken,
  ServerSecretParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes } from '@sotto/bytes';
import { encodeServiceId, type ServiceId } from '@sotto/protocol';
import type { RelaySecrets } from './relay-secrets.ts';

/**
 * Tokens by which a member of a group shows that it may write to others of it, without saying who it is or which group
 * that is (reference: signal-service §7.3).
 */
export interface GroupSendTokens {
  /** Whether this is a token for exactly these, and has not ended. False for anything malformed. */
  opens(token: Bytes, recipients: readonly ServiceId[], now: number): boolean;
}

export function createGroupSendTokens({ zkParams }: Pick<RelaySecrets, 'zkParams'>): GroupSendTokens {
  const secretParams = new ServerSecretParams(zkParams.expose());
  return {
    opens: (bytes, recipients, now) => {
      try {
        const token = new GroupSendFullToken(bytes);
        const keyPair = GroupSendDerivedKeyPair.forExpiration(token.getExpiration(), secretParams);
        token.verify(recipients.map(toLibsignal), keyPair, new Date(now));
        return true;
      } catch {
        return false;
      }
    },
  };
}

function toLibsignal(id: ServiceId): LibsignalServiceId {
  return LibsignalServiceId.parseFromServiceIdFixedWidthBinary(asBytes(encodeServiceId(id)));
}
