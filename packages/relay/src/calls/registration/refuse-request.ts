import type { Bytes } from '@sotto/bytes';
import {
  REQUIRED_CAPABILITY,
  type RegistrationRequest,
  STATUS,
  type WireSignedPreKey,
} from '@sotto/protocol';
import { type Reply, reply } from '../../http/call.ts';
import { accessKeyOf } from '../../store/accounts.ts';
import { signaturesHold } from '../check-signatures.ts';

/** What is wrong with a registration and needs no look at the store. Push is not offered, so a device must fetch its messages. */
export function refuseRequest(request: RegistrationRequest): Reply | undefined {
  const {
    accountAttributes: attributes,
    recoveryPassword,
    receiptCredentialPresentation,
    sessionId,
  } = request;
  const proofs = [sessionId, recoveryPassword, receiptCredentialPresentation];
  if (proofs.filter((proof) => proof !== undefined && proof.length > 0).length !== 1)
    return reply(STATUS.unprocessable);
  if (!attributes.fetchesMessages || request.apnToken !== undefined || request.gcmToken !== undefined) {
    return reply(STATUS.unprocessable);
  }
  if (!attributes.unrestrictedUnidentifiedAccess && accessKeyOf(attributes) === undefined) {
    return reply(STATUS.unprocessable);
  }
  const { aciIdentityKey, aciSignedPreKey, aciPqLastResortPreKey } = request;
  if (!isAccountId(aciIdentityKey)) return reply(STATUS.unprocessable);
  if (!keysHold(aciIdentityKey, aciSignedPreKey, aciPqLastResortPreKey)) return reply(STATUS.unprocessable);
  if (!numberKeysHold(request)) return reply(STATUS.unprocessable);
  if (attributes.capabilities[REQUIRED_CAPABILITY] !== true) return reply(STATUS.capabilityMissing);
  // Without a number nothing else could ever bring the account back.
  const bySession = sessionId !== undefined && sessionId.length > 0;
  if (!bySession && (attributes.recoveryPassword?.length ?? 0) === 0) return reply(STATUS.unprocessable);
  const byReceipt = receiptCredentialPresentation !== undefined && receiptCredentialPresentation.length > 0;
  return byReceipt && request.pniIdentityKey !== undefined ? reply(STATUS.unprocessable) : undefined;
}

/** Keys of the phone-number identity come all together, signed, with a registration ID, or not at all. */
function numberKeysHold(request: RegistrationRequest): boolean {
  const { pniIdentityKey, pniSignedPreKey, pniPqLastResortPreKey, accountAttributes } = request;
  if (pniIdentityKey === undefined)
    return pniSignedPreKey === undefined && pniPqLastResortPreKey === undefined;
  if (pniSignedPreKey === undefined || pniPqLastResortPreKey === undefined) return false;
  if (accountAttributes.pniRegistrationId === undefined) return false;
  return keysHold(pniIdentityKey, pniSignedPreKey, pniPqLastResortPreKey);
}

function keysHold(identityKey: Bytes, ec: WireSignedPreKey, kyber: WireSignedPreKey): boolean {
  return signaturesHold(identityKey, { ec: [ec], kyber: [kyber] });
}

function isAccountId(identityKey: Bytes): boolean {
  return identityKey[0] === 0x05;
}
