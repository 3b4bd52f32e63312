import {
  LASTING_CAPABILITIES,
  type LinkRequest,
  MAX_ACCOUNT_DEVICES,
  NUMBERLESS_CAPABILITY,
  REQUIRED_CAPABILITY,
  STATUS,
  type WireSignedPreKey,
} from '@sotto/protocol';
import { type Reply, reply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { signaturesHold } from '../check-signatures.ts';
import { noRoom } from './link-code.ts';

/**
 * Why a device cannot be linked to an account (signal-service §2.6), undefined when it can: 422 for keys that the
 * account has not signed, 409 for a capability that it lacks, 411 when there is no room. Push is not offered, so a
 * device must fetch its messages.
 */
export function refuseLink(account: StoredAccount, request: LinkRequest): Reply | undefined {
  const { accountAttributes: attributes, apnToken, gcmToken } = request;
  const { capabilities } = attributes;
  if (!attributes.fetchesMessages || apnToken !== undefined || gcmToken !== undefined) {
    return reply(STATUS.unprocessable);
  }
  // Before its keys: a device that does not know such accounts would bring those of a number.
  if (account.phone === undefined && capabilities[NUMBERLESS_CAPABILITY] !== true) return reply(409);
  if (!keysHold(account, request)) return reply(STATUS.unprocessable);
  if (account.devices.length >= MAX_ACCOUNT_DEVICES) return noRoom(account.devices.length);
  const needed = LASTING_CAPABILITIES.filter(
    (name) =>
      name === REQUIRED_CAPABILITY || account.devices.every((device) => device.capabilities[name] === true),
  );
  return needed.every((name) => capabilities[name] === true) ? undefined : reply(409);
}

/** Keys of the phone-number identity where there is one, and nowhere else. */
function keysHold({ identityKey, phone }: StoredAccount, request: LinkRequest): boolean {
  const { aciSignedPreKey, aciPqLastResortPreKey, pniSignedPreKey, pniPqLastResortPreKey } = request;
  const areOf = (key: typeof identityKey, ec: WireSignedPreKey, kyber: WireSignedPreKey): boolean =>
    signaturesHold(key, { ec: [ec], kyber: [kyber] });
  if (!areOf(identityKey, aciSignedPreKey, aciPqLastResortPreKey)) return false;
  if (phone === undefined) return pniSignedPreKey === undefined && pniPqLastResortPreKey === undefined;
  if (pniSignedPreKey === undefined || pniPqLastResortPreKey === undefined) return false;
  if (request.accountAttributes.pniRegistrationId === undefined) return false;
  return areOf(phone.identityKey, pniSignedPreKey, pniPqLastResortPreKey);
}
