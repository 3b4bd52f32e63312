import { equalBytes } from '@sotto/bytes';
import { LIST_GIVEN_EVERY, LIST_NEWS_FRESH } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Arrival } from '../inbox/arrival.ts';
import type { ListVersion, PassedList } from '../ports/list.ts';
import type { GivenPart } from './gathered-lists.ts';
import { isGiven, oweList } from './given-list.ts';
import { ownList } from './list-to-tell.ts';
import type { SaidList } from './read-list.ts';

/**
 * An accepted contact says which list of storage nodes they go by, or gives a part of theirs. Who goes by an older
 * one is owed ours: it goes along with what is sent to them next, and by itself it makes nothing be sent.
 */
export async function hearList(core: Core, work: Work, arrival: Arrival, said: SaidList): Promise<void> {
  const { part, sequence } = said;
  if (part !== undefined) return takePart(core, work, arrival, { sequence, part });
  const now = core.clock.now();
  if (Math.abs(now - arrival.serverTime) > LIST_NEWS_FRESH) return;
  const ours = await ownList(core);
  if (ours === undefined || !helps(ours, said) || (await isGiven(core, arrival.from))) return;
  oweList(work, arrival.from, now + LIST_GIVEN_EVERY);
}

/** Can they go on to ours? A list of other signers proves itself to nobody, unless theirs have signed it as well. */
function helps(ours: PassedList, theirs: ListVersion): boolean {
  return theirs.sequence < ours.sequence && (ours.handsOver || equalBytes(theirs.network, ours.network));
}

/** After the commit: what is gathered here is of no use to a unit that is decided anew. */
function takePart(
  core: Core,
  work: Work,
  { from: account, device }: Pick<Arrival, 'from' | 'device'>,
  given: GivenPart,
): void {
  work.after(async () => {
    const passing = core.roads.get('onion')?.passing;
    const ours = await passing?.current();
    if (passing === undefined || ours === undefined || given.sequence <= ours.sequence) return undefined;
    if (core.lists.isRefused(account)) return undefined;
    const list = core.lists.add({ account, device }, given);
    if (list === undefined) return undefined;
    const outcome = await passing.take(list);
    if (outcome === 'refused') core.lists.refuse(account);
    core.log('list-given', { outcome });
    return undefined;
  });
}
