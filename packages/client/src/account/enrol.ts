import { type Bytes, utf8 } from '@sotto/bytes';
import { hkdfSha256 } from '@sotto/crypto';
import {
  deriveAccessKey,
  deriveRelayRecoveryPassword,
  type Network,
  parseAccountId,
  type Seed,
} from '@sotto/identity';
import type { PublishedPreKeys } from '@sotto/ratchet';
import type { EnrolRefusal } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import type { Enrolment, Road } from '../ports/road.ts';

export interface Joining {
  readonly seed: Seed;
  readonly network: Network;
  readonly keys: PublishedPreKeys;
  /** The account may be known already: from before, or from an attempt whose answer was lost. */
  readonly restore: boolean;
  readonly ticket?: string;
}

type Enrolled = EnrolRefusal | { readonly outcome: 'enrolled' };

/**
 * Have the roads of the network take this device in. A road that does not answer now is left to the upkeep
 * when another one has; a road that refuses is the user's to decide about, as long as none has. The account
 * and its keys are on disk before this begins, so that an attempt whose answer is lost can go on.
 */
export async function enrol(core: Core, joining: Joining): Promise<Enrolled> {
  let missed: EnrolRefusal | undefined;
  let taken = false;
  for (const road of core.roads.all()) {
    const result = await enrolOn(core, road, joining);
    if (result.outcome === 'enrolled') taken = true;
    else if (taken || isSilence(result)) missed ??= result;
    else return result;
  }
  return taken ? { outcome: 'enrolled' } : (missed ?? { outcome: 'unreachable' });
}

/** A server that shows another key than it should is not silent: the user must hear of it. */
function isSilence(refusal: EnrolRefusal): boolean {
  return refusal.outcome === 'busy' || (refusal.outcome === 'unreachable' && refusal.reason === undefined);
}

/** One road; nothing is asked of one that has taken the device in already. */
export async function enrolOn(core: Core, road: Road, joining: Joining): Promise<Enrolled> {
  const own = await core.store.account();
  if (own === undefined) throw new ClientError('broken-state', 'the account vanished while it was enrolled');
  if (own.credentials[road.name] !== undefined) return { outcome: 'enrolled' };
  const enrolment: Enrolment = {
    account: parseAccountId(own.account),
    device: own.device,
    registrationId: own.registrationId,
    accessKey: deriveAccessKey(own.profileKey),
    keys: joining.keys,
    identitySecret: own.identitySecret,
    recoveryPassword: recoveryPassword(joining, road),
    blinding: blinding(joining),
    restore: joining.restore,
    ...(joining.ticket === undefined ? {} : { ticket: joining.ticket }),
  };
  const result = await road.enrol(enrolment);
  if (result.outcome !== 'enrolled') return result;
  await core.unit(async (work) => {
    const state = await core.store.account();
    if (state === undefined) return;
    const credentials = { ...state.credentials, [road.name]: result.credentials };
    work.change({ kind: 'put-account', state: { ...state, credentials } });
  });
  return { outcome: 'enrolled' };
}

/** Each road gets a password of its own, so that none can take the account over at another. */
function recoveryPassword({ seed, network }: Joining, road: Road): Bytes {
  const place = road.name === 'relay' ? (network.relay?.url ?? '') : road.name;
  return deriveRelayRecoveryPassword(seed, place);
}

/** From the seed, so that every attempt repeats it; a label of its own, so that no road can compute it. */
function blinding({ seed }: Joining): Bytes {
  const salt = new Uint8Array(0);
  return hkdfSha256({ ikm: seed, salt, info: utf8('sotto ticket blinding v1'), length: 32 });
}
