import {
  accountExists,
  deleteAccount,
  deliveryCertificate,
  setAttributes,
  whoami,
} from '../calls/accounts.ts';
import { callLinkCredential } from '../calls/call-link-credential.ts';
import { callingRelays } from '../calls/calling.ts';
import { answerChallenge } from '../calls/challenge.ts';
import { dataReport } from '../calls/data-report/data-report.ts';
import { createLinkCode } from '../calls/devices/link-code.ts';
import { linkDevice } from '../calls/devices/link-device.ts';
import { listDevices } from '../calls/devices/list-devices.ts';
import { nameDevice } from '../calls/devices/name-device.ts';
import { provision } from '../calls/devices/provision.ts';
import { putRestoreAccount, waitForRestoreAccount } from '../calls/devices/restore-account.ts';
import { setCapabilities } from '../calls/devices/set-capabilities.ts';
import { putTransferArchive, waitForTransferArchive } from '../calls/devices/transfer-archive.ts';
import { unlinkDevice } from '../calls/devices/unlink-device.ts';
import { waitForLinkedDevice } from '../calls/devices/wait-for-linked-device.ts';
import { setDiscoverability } from '../calls/discoverability.ts';
import { attachmentForm } from '../calls/files/attachment-form.ts';
import { stickerPackForm } from '../calls/files/sticker-pack-form.ts';
import { groupCredentials } from '../calls/group-credentials.ts';
import { checkKeys, countKeys, fetchKeys, setKeys } from '../calls/keys.ts';
import { reportMessage } from '../calls/messages/report-message.ts';
import { sendMessage } from '../calls/messages/send-message.ts';
import { sendToMany } from '../calls/messages/send-to-many.ts';
import { changeNumber } from '../calls/numbers/change-number.ts';
import { checkIdentities } from '../calls/profiles/check-identities.ts';
import { getCredentialProfile, getProfile, getVersionedProfile } from '../calls/profiles/get-profile.ts';
import { setProfile } from '../calls/profiles/set-profile.ts';
import { removePushToken, setApnToken, setGcmToken } from '../calls/push-tokens.ts';
import { getRecord, putRecord } from '../calls/records.ts';
import { register } from '../calls/registration/register.ts';
import { removeRegistrationLock, setRegistrationLock } from '../calls/registration-lock.ts';
import { relayInfo } from '../calls/relay-info.ts';
import { remoteConfig } from '../calls/remote-config.ts';
import { buyTicket, swapTicket } from '../calls/tickets.ts';
import { confirmUsername } from '../calls/usernames/confirm-username.ts';
import { giveUpUsername } from '../calls/usernames/give-up-username.ts';
import { lookUpUsername, lookUpUsernameLink } from '../calls/usernames/look-up-username.ts';
import { reserveUsername } from '../calls/usernames/reserve-username.ts';
import { removeUsernameLink, setUsernameLink } from '../calls/usernames/username-link.ts';
import { requestCode } from '../calls/verification/request-code.ts';
import { createSession, getSession, updateSession } from '../calls/verification/session.ts';
import { submitCode } from '../calls/verification/submit-code.ts';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, type Reply, reply } from './call.ts';

type Answer = Reply | Promise<Reply>;

/** Who may call, and what happens then. */
export type Access =
  | { readonly who: 'device'; handle(context: RelayContext, call: Call & { caller: Caller }): Answer }
  | { readonly who: 'anyone'; handle(context: RelayContext, call: Call): Answer }
  /** Refused with `refusal` on an authenticated socket: the call must not be joined to an account. */
  | { readonly who: 'anonymous'; readonly refusal: number; handle(context: RelayContext, call: Call): Answer }
  /** The Authorization header is an argument of the call, or of no interest to it; the caller's it is not. */
  | { readonly who: 'newcomer'; handle(context: RelayContext, call: Call): Answer };

export type Route = Access & {
  readonly verb: string;
  /** `{}` stands for one segment. A trailing slash does not matter. Of two that fit, the first is taken. */
  readonly path: string;
  /** Answered also on the socket of a device that waits to be linked, where nothing else is. */
  readonly provisioning?: true;
};

/** Every call that the relay answers; the one list to read. Paths are Signal's but for `/v1/sotto/`. */
export const ROUTES: readonly Route[] = [
  { verb: 'GET', path: '/v1/keepalive', who: 'anyone', provisioning: true, handle: () => reply(200) },
  {
    verb: 'GET',
    path: '/v1/keepalive/provisioning',
    who: 'anyone',
    provisioning: true,
    handle: () => reply(200),
  },
  { verb: 'GET', path: '/v2/config', who: 'anyone', handle: remoteConfig },

  { verb: 'POST', path: '/v1/verification/session', who: 'newcomer', handle: createSession },
  { verb: 'GET', path: '/v1/verification/session/{}', who: 'newcomer', handle: getSession },
  { verb: 'PATCH', path: '/v1/verification/session/{}', who: 'newcomer', handle: updateSession },
  { verb: 'POST', path: '/v1/verification/session/{}/code', who: 'newcomer', handle: requestCode },
  { verb: 'PUT', path: '/v1/verification/session/{}/code', who: 'newcomer', handle: submitCode },
  { verb: 'POST', path: '/v1/registration', who: 'newcomer', handle: register },
  {
    verb: 'POST',
    path: '/v1/login-purchase/receipt_credentials',
    who: 'anonymous',
    refusal: 403,
    handle: swapTicket,
  },

  { verb: 'GET', path: '/v1/accounts/whoami', who: 'device', handle: whoami },
  { verb: 'PUT', path: '/v1/accounts/attributes', who: 'device', handle: setAttributes },
  { verb: 'PUT', path: '/v2/accounts/number', who: 'device', handle: changeNumber },
  {
    verb: 'PUT',
    path: '/v2/accounts/phone_number_discoverability',
    who: 'device',
    handle: setDiscoverability,
  },
  { verb: 'DELETE', path: '/v1/accounts/me', who: 'device', handle: deleteAccount },
  { verb: 'HEAD', path: '/v1/accounts/account/{}', who: 'anonymous', refusal: 400, handle: accountExists },
  { verb: 'PUT', path: '/v1/accounts/registration_lock', who: 'device', handle: setRegistrationLock },
  { verb: 'DELETE', path: '/v1/accounts/registration_lock', who: 'device', handle: removeRegistrationLock },
  { verb: 'PUT', path: '/v1/accounts/apn', who: 'device', handle: setApnToken },
  { verb: 'DELETE', path: '/v1/accounts/apn', who: 'device', handle: removePushToken },
  { verb: 'PUT', path: '/v1/accounts/gcm', who: 'device', handle: setGcmToken },
  { verb: 'DELETE', path: '/v1/accounts/gcm', who: 'device', handle: removePushToken },
  { verb: 'GET', path: '/v2/accounts/data_report', who: 'device', handle: dataReport },
  { verb: 'GET', path: '/v1/certificate/delivery', who: 'device', handle: deliveryCertificate },
  { verb: 'GET', path: '/v1/certificate/auth/group', who: 'device', handle: groupCredentials },

  { verb: 'PUT', path: '/v1/accounts/username_hash/reserve', who: 'device', handle: reserveUsername },
  { verb: 'PUT', path: '/v1/accounts/username_hash/confirm', who: 'device', handle: confirmUsername },
  { verb: 'DELETE', path: '/v1/accounts/username_hash', who: 'device', handle: giveUpUsername },
  {
    verb: 'GET',
    path: '/v1/accounts/username_hash/{}',
    who: 'anonymous',
    refusal: 400,
    handle: lookUpUsername,
  },
  { verb: 'PUT', path: '/v1/accounts/username_link', who: 'device', handle: setUsernameLink },
  { verb: 'DELETE', path: '/v1/accounts/username_link', who: 'device', handle: removeUsernameLink },
  {
    verb: 'GET',
    path: '/v1/accounts/username_link/{}',
    who: 'anonymous',
    refusal: 400,
    handle: lookUpUsernameLink,
  },

  { verb: 'PUT', path: '/v1/profile', who: 'device', handle: setProfile },
  { verb: 'GET', path: '/v1/profile/{}', who: 'anyone', handle: getProfile },
  { verb: 'GET', path: '/v1/profile/{}/{}', who: 'anyone', handle: getVersionedProfile },
  { verb: 'GET', path: '/v1/profile/{}/{}/{}', who: 'anyone', handle: getCredentialProfile },
  {
    verb: 'POST',
    path: '/v1/profile/identity_check/batch',
    who: 'anonymous',
    refusal: 400,
    handle: checkIdentities,
  },

  { verb: 'GET', path: '/v1/devices', who: 'device', handle: listDevices },
  { verb: 'DELETE', path: '/v1/devices/{}', who: 'device', handle: unlinkDevice },
  { verb: 'PUT', path: '/v1/accounts/name', who: 'device', handle: nameDevice },
  { verb: 'PUT', path: '/v1/devices/capabilities', who: 'device', handle: setCapabilities },
  { verb: 'GET', path: '/v1/devices/provisioning/code', who: 'device', handle: createLinkCode },
  { verb: 'PUT', path: '/v1/provisioning/{}', who: 'device', handle: provision },
  { verb: 'PUT', path: '/v1/devices/link', who: 'newcomer', handle: linkDevice },
  { verb: 'GET', path: '/v1/devices/wait_for_linked_device/{}', who: 'device', handle: waitForLinkedDevice },
  { verb: 'PUT', path: '/v1/devices/transfer_archive', who: 'device', handle: putTransferArchive },
  { verb: 'GET', path: '/v1/devices/transfer_archive', who: 'device', handle: waitForTransferArchive },
  { verb: 'PUT', path: '/v1/devices/restore_account/{}', who: 'anyone', handle: putRestoreAccount },
  { verb: 'GET', path: '/v1/devices/restore_account/{}', who: 'anyone', handle: waitForRestoreAccount },

  { verb: 'PUT', path: '/v2/keys', who: 'device', handle: setKeys },
  { verb: 'GET', path: '/v2/keys', who: 'device', handle: countKeys },
  { verb: 'POST', path: '/v2/keys/check', who: 'device', handle: checkKeys },
  { verb: 'GET', path: '/v2/keys/{}/{}', who: 'anyone', handle: fetchKeys },

  {
    verb: 'PUT',
    path: '/v1/messages/multi_recipient',
    who: 'anonymous',
    refusal: 400,
    handle: sendToMany,
  },
  { verb: 'PUT', path: '/v1/messages/{}', who: 'anyone', handle: sendMessage },
  { verb: 'POST', path: '/v1/messages/report/{}/{}', who: 'device', handle: reportMessage },
  { verb: 'PUT', path: '/v1/challenge', who: 'device', handle: answerChallenge },

  { verb: 'GET', path: '/v4/attachments/form/upload', who: 'anyone', handle: attachmentForm },
  { verb: 'GET', path: '/v1/sticker/pack/form/{}', who: 'device', handle: stickerPackForm },

  { verb: 'GET', path: '/v2/calling/relays', who: 'device', handle: callingRelays },
  { verb: 'POST', path: '/v1/call-link/create-auth', who: 'device', handle: callLinkCredential },

  { verb: 'GET', path: '/v1/sotto/relay', who: 'anyone', handle: relayInfo },
  { verb: 'POST', path: '/v1/sotto/ticket', who: 'anonymous', refusal: 403, handle: buyTicket },
  { verb: 'PUT', path: '/v1/sotto/record', who: 'device', handle: putRecord },
  { verb: 'GET', path: '/v1/sotto/record/{}', who: 'anyone', handle: getRecord },
];
