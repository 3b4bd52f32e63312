import {
  accountExists,
  deleteAccount,
  deliveryCertificate,
  listDevices,
  setAttributes,
  whoami,
} from '../calls/accounts.ts';
import { callingRelays } from '../calls/calling.ts';
import { checkKeys, countKeys, fetchKeys, setKeys } from '../calls/keys.ts';
import { changeNumber } from '../calls/numbers/change-number.ts';
import { setDiscoverability } from '../calls/numbers/set-discoverability.ts';
import { getRecord, putRecord } from '../calls/records.ts';
import { register } from '../calls/registration/register.ts';
import { relayInfo, remoteConfig } from '../calls/relay-info.ts';
import { sendMessage } from '../calls/send-message.ts';
import { buyTicket, swapTicket } from '../calls/tickets.ts';
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
  /** `{}` stands for one segment. A trailing slash does not matter. */
  readonly path: string;
};

/** Every call that the relay answers; the one list to read. Paths are Signal's but for `/v1/sotto/`. */
export const ROUTES: readonly Route[] = [
  { verb: 'GET', path: '/v1/keepalive', who: 'anyone', handle: () => reply(200) },
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
  { verb: 'GET', path: '/v1/devices', who: 'device', handle: listDevices },
  { verb: 'GET', path: '/v1/certificate/delivery', who: 'device', handle: deliveryCertificate },

  { verb: 'PUT', path: '/v2/keys', who: 'device', handle: setKeys },
  { verb: 'GET', path: '/v2/keys', who: 'device', handle: countKeys },
  { verb: 'POST', path: '/v2/keys/check', who: 'device', handle: checkKeys },
  { verb: 'GET', path: '/v2/keys/{}/{}', who: 'anyone', handle: fetchKeys },

  { verb: 'PUT', path: '/v1/messages/{}', who: 'anyone', handle: sendMessage },

  { verb: 'GET', path: '/v2/calling/relays', who: 'device', handle: callingRelays },

  { verb: 'GET', path: '/v1/sotto/relay', who: 'anyone', handle: relayInfo },
  { verb: 'POST', path: '/v1/sotto/ticket', who: 'anonymous', refusal: 403, handle: buyTicket },
  { verb: 'PUT', path: '/v1/sotto/record', who: 'device', handle: putRecord },
  { verb: 'GET', path: '/v1/sotto/record/{}', who: 'anyone', handle: getRecord },
];
