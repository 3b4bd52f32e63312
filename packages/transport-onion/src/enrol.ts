import type { Enrolment, EnrolOutcome, RandomBytes } from '@sotto/client';
import { encodeCredentials } from './credentials.ts';

const SEED_BYTES = 32;

/**
 * Nothing is made known to anybody: a swarm keeps what its owner signs, and the key is the account's own.
 * What this makes is the device's own mailbox, told to contacts later; all it asks is whether there is a
 * way through the network.
 */
export async function enrol(
  { random, probe }: { readonly random: RandomBytes; readonly probe: () => Promise<{ outcome: string }> },
  { device, identitySecret }: Enrolment,
): Promise<EnrolOutcome> {
  if ((await probe()).outcome !== 'ok') return { outcome: 'unreachable' };
  const credentials = encodeCredentials({
    device,
    identitySecret,
    mailboxSeed: random(SEED_BYTES),
    earlier: [],
  });
  return { outcome: 'enrolled', credentials };
}
