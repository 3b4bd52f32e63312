import { HEADER, PHONE_NUMBER, parseJson, parseRegistrationRequest } from '@sotto/protocol';
import { PASSWORD_LENGTH } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { tryParseAci } from '../../http/authenticate.ts';
import { type Call, parseBasic, type Reply, reply } from '../../http/call.ts';
import { overLimitOfAddress } from '../../limits/over-limit.ts';
import type { Wanted } from './enrol.ts';
import { recover } from './recover.ts';
import { refuseRequest } from './refuse-request.ts';
import { registerByNumber } from './register-by-number.ts';
import { registerByReceipt } from './register-by-receipt.ts';

/**
 * `POST /v1/registration` (signal-service §2.2, §2.4): an account for a receipt, for a number that was shown to be the
 * caller's, or a known one for its recovery password. The Basic user says which, the Basic password is the device's from
 * then on. Replies 200 after the commit.
 */
export async function register(context: RelayContext, call: Call): Promise<Reply> {
  const tooMany = overLimitOfAddress(context, 'registration', call.from);
  if (tooMany !== undefined) return tooMany;
  const basic = parseBasic(call.headers.get(HEADER.authorization) ?? '');
  if (basic === undefined) return reply(400);
  if (basic.password.length < PASSWORD_LENGTH.min || basic.password.length > PASSWORD_LENGTH.max)
    return reply(400);
  const request = parseRegistrationRequest(parseJson(call.body));
  const refusal = refuseRequest(request);
  if (refusal !== undefined) return refusal;
  const wanted: Wanted = { request, password: basic.password };
  const { receiptCredentialPresentation: receipt, recoveryPassword } = request;
  if (receipt !== undefined && receipt.length > 0) return registerByReceipt(context, wanted);
  if (PHONE_NUMBER.test(basic.user)) return registerByNumber(context, wanted, basic.user);
  const aci = tryParseAci(basic.user);
  if (aci === undefined || recoveryPassword === undefined) return reply(400);
  return recover(context, wanted, aci, recoveryPassword);
}
