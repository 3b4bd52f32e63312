import { Aci as LibsignalAci, Pni } from '@signalapp/libsignal-client';
import {
  CallLinkAuthCredentialResponse,
  CreateCallLinkCredentialRequest,
  GenericServerSecretParams,
  ProfileKeyCommitment,
  ProfileKeyCredentialRequest,
  ServerSecretParams,
  ServerZkAuthOperations,
  ServerZkProfileOperations,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { Aci } from '@sotto/identity';
import { DAY, PROFILE_CREDENTIAL_LIFETIME } from '../constants.ts';
import type { StoredAccount } from '../store/accounts.ts';
import type { RelaySecrets } from './relay-secrets.ts';

/**
 * Credentials by which accounts later show something of themselves without saying who they are (reference: signal-service
 * §6, §7.2). What is shown cannot be joined to what was issued.
 */
export interface Credentials {
  /** Public half of the parameters of call links. */
  readonly genericPublicParams: Bytes;
  /** To act in a group on the day that begins at `time`, milliseconds: of ACI and PNI, or ACI and salt without a number. */
  forGroups(account: Pick<StoredAccount, 'aci' | 'phone' | 'authCredentialSalt'>, time: number): Bytes;
  /** The same for links of calls. */
  forCallLinks(aci: Aci, time: number): Bytes;
  /** To make a link of a call, which the request hides. Undefined for a request that is none. */
  forNewCallLink(request: {
    readonly aci: Aci;
    readonly request: Bytes;
    readonly time: number;
  }): Bytes | undefined;
  /** That a profile key is somebody's. Undefined for a request that is not of the key behind the commitment. */
  forProfileKey(request: {
    readonly aci: Aci;
    readonly commitment: Bytes;
    readonly request: Bytes;
    readonly now: number;
  }): Bytes | undefined;
  /** Whether bytes are a commitment to a profile key. */
  isCommitment(bytes: Bytes): boolean;
}

export function createCredentials({
  zkParams,
  genericParams,
}: Pick<RelaySecrets, 'zkParams' | 'genericParams'>): Credentials {
  const params = new ServerSecretParams(zkParams.expose());
  const generic = new GenericServerSecretParams(genericParams.expose());
  const groups = new ServerZkAuthOperations(params);
  const profiles = new ServerZkProfileOperations(params);

  return {
    genericPublicParams: asBytes(generic.getPublicParams().serialize()),

    forGroups: ({ aci, phone, authCredentialSalt }, time) => {
      const name = LibsignalAci.fromUuidBytes(aci);
      const issued =
        phone === undefined
          ? groups.issueAuthCredentialZkcWithoutPni(name, authCredentialSalt, time / 1000)
          : groups.issueAuthCredentialWithPniZkc(name, Pni.fromUuidBytes(phone.pni), time / 1000);
      return asBytes(issued.serialize());
    },

    forCallLinks: (aci, time) =>
      asBytes(
        CallLinkAuthCredentialResponse.issueCredential(
          LibsignalAci.fromUuidBytes(aci),
          time / 1000,
          generic,
        ).serialize(),
      ),

    forNewCallLink: ({ aci, request, time }) => {
      try {
        const issued = new CreateCallLinkCredentialRequest(request).issueCredential(
          LibsignalAci.fromUuidBytes(aci),
          time / 1000,
          generic,
        );
        return asBytes(issued.serialize());
      } catch {
        return undefined;
      }
    },

    forProfileKey: ({ aci, commitment, request, now }) => {
      const ends = Math.floor((now + PROFILE_CREDENTIAL_LIFETIME) / DAY) * DAY;
      try {
        const issued = profiles.issueExpiringProfileKeyCredential(
          new ProfileKeyCredentialRequest(request),
          LibsignalAci.fromUuidBytes(aci),
          new ProfileKeyCommitment(commitment),
          ends / 1000,
        );
        return asBytes(issued.serialize());
      } catch {
        return undefined;
      }
    },

    isCommitment: (bytes) => {
      try {
        return new ProfileKeyCommitment(bytes).getContents().length > 0;
      } catch {
        return false;
      }
    },
  };
}
