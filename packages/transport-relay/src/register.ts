import { type Bytes, equalBytes } from '@sotto/bytes';
import type { Enrolment, EnrolOutcome, RoadCredentials } from '@sotto/client';
import { aciOf, formatAci } from '@sotto/identity';
import {
  formatRegistrationRequest,
  HEADER,
  NO_NUMBER_USER,
  PATH,
  parseRegistrationResponse,
  REQUIRED_CAPABILITY,
  type RegistrationRequest,
} from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { basic, encodeCredentials } from './credentials.ts';
import { RelayRoadError } from './errors.ts';
import { jsonAsk } from './json-ask.ts';
import { wireKey } from './pre-keys.ts';
import { askInfo } from './relay-info.ts';
import { isBusy, type Reply, readBody, unreachable } from './reply.ts';
import { type Surroundings, withConnection } from './surroundings.ts';

/** What shows that one may have an account: a bought presentation, or that it is one's own already. */
export type Proof =
  | { readonly kind: 'presentation'; readonly presentation: Bytes; readonly publicParams: Bytes }
  | { readonly kind: 'recovery' };

export type RegisterOutcome =
  | { readonly outcome: 'enrolled'; readonly credentials: RoadCredentials }
  /** The proof does not hold: spent, of another relay, or there is no such account to recover. */
  | { readonly outcome: 'refused' }
  | Exclude<EnrolOutcome, { outcome: 'enrolled' | 'needs-invite' | 'invite-refused' }>;

/** Answers to a proof that does not hold (reference: signal-service §2.2). */
const REFUSED: readonly number[] = [400, 401, 402, 403, 404];

/** What we say when a relay reports success and yet cannot have done what was asked: a bad gateway. */
const NOT_TRUE = 502;

/**
 * Register without a number (reference: signal-service §2.2–2.4), on a connection of its own, so that
 * nothing joins it to the one on which the ticket was swapped. A presentation is shown only when the relay
 * has the same public parameters here as there: parameters of one ticket's own would show which it was.
 */
export async function register(
  surroundings: Surroundings,
  enrolment: Enrolment,
  proof: Proof,
): Promise<RegisterOutcome> {
  const aci = aciOf(enrolment.account);
  const password = surroundings.random(32);
  const user = proof.kind === 'recovery' ? formatAci(aci) : NO_NUMBER_USER;
  const body = formatRegistrationRequest(requestOf(enrolment, proof));
  const post = jsonAsk('POST', PATH.registration, body, { [HEADER.authorization]: basic(user, password) });
  return withConnection(surroundings, async (ask) => {
    if (proof.kind === 'presentation') {
      const differs = await checkParams(ask, proof.publicParams);
      if (differs) return differs;
    }
    const reply = await ask(post);
    if (reply.outcome === 'answered' && REFUSED.includes(reply.status)) return { outcome: 'refused' };
    if (reply.outcome !== 'answered' || reply.status !== 200) return failureOf(reply);
    const registered = readBody(reply, parseRegistrationResponse);
    if (registered?.uuid.toLowerCase() !== formatAci(aci)) return { outcome: 'rejected', status: NOT_TRUE };
    const credentials = encodeCredentials({ aci, device: enrolment.device, password });
    return { outcome: 'enrolled', credentials };
  });
}

type Failure = Exclude<RegisterOutcome, { outcome: 'enrolled' | 'refused' }>;

/** `undefined` when the relay has the same parameters for this connection. */
async function checkParams(
  ask: (ask: Ask) => Promise<Reply>,
  publicParams: Bytes,
): Promise<Failure | undefined> {
  const known = await askInfo(ask);
  if (known.outcome === 'unknown') return failureOf(known.reply);
  if (equalBytes(known.info.zkPublicParams, publicParams)) return undefined;
  return { outcome: 'rejected', status: NOT_TRUE };
}

function failureOf(reply: Reply): Failure {
  if (reply.outcome !== 'answered') return unreachable(reply);
  const { status, retryAfter } = reply;
  return isBusy(status) ? { outcome: 'busy', retryAfter } : { outcome: 'rejected', status };
}

function requestOf(enrolment: Enrolment, proof: Proof): RegistrationRequest {
  const { signedPreKey, lastResortKyberPreKey } = enrolment.keys;
  if (!signedPreKey || !lastResortKyberPreKey) {
    throw new RelayRoadError('incomplete-keys', 'an enrolment needs a signed and a last-resort key');
  }
  return {
    ...(proof.kind === 'recovery'
      ? { recoveryPassword: enrolment.recoveryPassword }
      : { receiptCredentialPresentation: proof.presentation }),
    accountAttributes: {
      fetchesMessages: true,
      registrationId: enrolment.registrationId,
      unidentifiedAccessKey: enrolment.accessKey,
      unrestrictedUnidentifiedAccess: false,
      discoverableByPhoneNumber: false,
      capabilities: { [REQUIRED_CAPABILITY]: true, optionalPhoneNumber: true },
      recoveryPassword: enrolment.recoveryPassword,
    },
    skipDeviceTransfer: true,
    aciIdentityKey: enrolment.account,
    aciSignedPreKey: wireKey(signedPreKey),
    aciPqLastResortPreKey: wireKey(lastResortKyberPreKey),
  };
}
