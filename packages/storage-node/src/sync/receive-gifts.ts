import type { Bytes } from '@sotto/bytes';
import type { Verdict } from './pull-round.ts';
import { encodeFates, FATE, type Fate, type SyncRequest } from './sync-wire.ts';

export interface Gifts {
  /** Whether it is here. */
  has(id: Bytes): boolean;
  /** Judge and keep what came without being asked for; verdicts in order, after what was kept is on disk. */
  accept(items: readonly Bytes[]): Promise<readonly Verdict[]>;
}

/** Answer a node of another swarm that hands over what this swarm keeps now. */
export async function receiveGifts(
  { has, accept }: Gifts,
  request: Extract<SyncRequest, { kind: 'offer' | 'give' }>,
): Promise<Bytes> {
  if (request.kind === 'offer') {
    return encodeFates(request.ids.map((id) => (has(id) ? FATE.settled : FATE.wanted)));
  }
  return encodeFates((await accept(request.items)).map((verdict) => FATES[verdict]));
}

const FATES: Readonly<Record<Verdict, Fate>> = {
  kept: FATE.settled,
  updated: FATE.settled,
  known: FATE.settled,
  // To keep it longer than its owner wants is no use to anybody.
  over: FATE.settled,
  early: FATE.wanted,
  'no-room': FATE.wanted,
  elsewhere: FATE.refused,
  unproven: FATE.refused,
  forged: FATE.refused,
};
