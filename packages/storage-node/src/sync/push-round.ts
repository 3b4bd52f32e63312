import type { Bytes } from '@sotto/bytes';
import { SYNC } from '../constants.ts';
import type { SyncAnswer } from './pull-round.ts';
import { decodeFates, FATE, type Fate, type SyncRequest } from './sync-wire.ts';

export interface PushContext {
  /** Never rejects. */
  ask(request: SyncRequest): Promise<SyncAnswer>;
  /** As `SyncSource.read`. */
  read(ids: readonly Bytes[], bytes: number): readonly (Bytes | undefined)[];
}

/**
 * Offer what is here to a member of the swarm that should have it, and give what it lacks. At most
 * `SYNC.itemsAtOnce` IDs; their fates, in order, or `undefined` when that member is not there or does not play
 * by the rules.
 */
export async function pushRound(
  { ask, read }: PushContext,
  ids: readonly Bytes[],
): Promise<readonly Fate[] | undefined> {
  const offered = await fatesOf(ask, { kind: 'offer', ids }, ids.length);
  if (offered === undefined) return undefined;
  const fates = [...offered];
  const wanted = [...fates.keys()].filter((index) => fates[index] === FATE.wanted);
  for (let at = 0; at < wanted.length; ) {
    const places = wanted.slice(at);
    const items = read(
      places.map((place) => ids[place] as Bytes),
      SYNC.bytesAtOnce,
    );
    const given = places.slice(0, items.length).filter((_, index) => items[index] !== undefined);
    const told =
      given.length === 0
        ? []
        : await fatesOf(
            ask,
            { kind: 'give', items: items.filter((item) => item !== undefined) },
            given.length,
          );
    if (told === undefined) return undefined;
    for (const [index, place] of given.entries()) fates[place] = told[index] ?? FATE.wanted;
    at += items.length;
  }
  return fates;
}

async function fatesOf(
  ask: PushContext['ask'],
  request: SyncRequest,
  count: number,
): Promise<readonly Fate[] | undefined> {
  const answer = await ask(request);
  return answer.outcome === 'answered' ? decodeFates(answer.body, count) : undefined;
}
