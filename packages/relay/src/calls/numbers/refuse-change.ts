import {
  type ChangeNumberRequest,
  ENVELOPE_TYPE,
  MAX_MESSAGE_BYTES,
  PRIMARY_DEVICE_ID,
  STATUS,
  toEnvelopeType,
} from '@sotto/protocol';
import { jsonReply, type Reply, reply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { signaturesHold } from '../check-signatures.ts';
import { compareDevices } from '../messages/compare-devices.ts';

/** What is wrong with a change of number by itself: 422. */
export function refuseRequest(request: ChangeNumberRequest): Reply | undefined {
  const { sessionId, recoveryPassword, deviceMessages, pniIdentityKey } = request;
  const proofs = [sessionId, recoveryPassword].filter((proof) => proof !== undefined && proof.length > 0);
  const ids = new Set(deviceMessages.map(({ destinationDeviceId }) => destinationDeviceId));
  const types = deviceMessages.map(({ type }) => toEnvelopeType(type));
  const keys = {
    ec: [...request.devicePniSignedPrekeys.values()],
    kyber: [...request.devicePniPqLastResortPrekeys.values()],
  };
  const isSound =
    proofs.length === 1 &&
    ids.size === deviceMessages.length &&
    !types.includes(undefined) &&
    !types.includes(ENVELOPE_TYPE.deliveryReceipt) &&
    signaturesHold(pniIdentityKey, keys);
  return isSound ? undefined : reply(STATUS.unprocessable);
}

/**
 * What does not fit the account's devices: 410 or 409 as for a message to all but the primary one, 409 when a device gets no
 * keys, 413 for a message that is too long.
 */
export function refuseDevices({ devices }: StoredAccount, request: ChangeNumberRequest): Reply | undefined {
  const comparison = compareDevices(devices, request.deviceMessages, PRIMARY_DEVICE_ID);
  if (comparison.outcome === 'stale') {
    return jsonReply({ staleDevices: comparison.staleDevices }, STATUS.staleDevices);
  }
  if (comparison.outcome === 'mismatched') return mismatched(comparison);
  const expected = devices.map(({ id }) => id);
  for (const given of [
    request.devicePniSignedPrekeys,
    request.devicePniPqLastResortPrekeys,
    request.pniRegistrationIds,
  ]) {
    const missingDevices = expected.filter((id) => !given.has(id));
    const extraDevices = [...given.keys()].filter((id) => !expected.includes(id));
    if (missingDevices.length > 0 || extraDevices.length > 0)
      return mismatched({ missingDevices, extraDevices });
  }
  const tooLong = request.deviceMessages.some(({ content }) => content.length > MAX_MESSAGE_BYTES);
  return tooLong ? reply(STATUS.tooLarge) : undefined;
}

function mismatched(found: {
  readonly missingDevices: readonly number[];
  readonly extraDevices: readonly number[];
}): Reply {
  const { missingDevices, extraDevices } = found;
  return jsonReply({ missingDevices, extraDevices }, STATUS.mismatchedDevices);
}
