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

/**
 * Have every road of the network take this device in. The account and its keys are on disk before this
 * begins, so that an attempt whose answer is lost can go on with the same keys.
 */
export async function enrol(
  core: Core,
  joining: Joining,
): Promise<EnrolRefusal | { readonly outcome: 'enrolled' }> {
  for (const road of core.roads.all()) {
    const own = await core.store.account();
    if (own === undefined)
      throw new ClientError('broken-state', 'the account vanished while it was enrolled');
    if (own.credentials[road.name] !== undefined) continue;
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
  }
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
