import { stateEvent } from '../conversation/tell-state.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { Message, MessageState, OutboxEntry } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';

/** The visible message of an entry will not be carried. */
export function failMessage(core: Core, work: Work, entry: OutboxEntry, problem: Problem): Promise<void> {
  return changeMessage(core, work, entry, 'failed', { problem });
}

/** Change the state of the message that an entry carries, if it carries one, and tell. */
export async function changeMessage(
  core: Core,
  work: Work,
  entry: OutboxEntry,
  state: MessageState,
  facts: Pick<Message, 'road' | 'storedOn' | 'of'> & { readonly problem?: Problem },
): Promise<void> {
  if (entry.message === undefined) return;
  const stored = await core.store.message(entry.message);
  if (stored === undefined) return;
  const { sequence: _, problem: __, ...kept } = stored;
  // A receipt may have come before the road's own answer.
  const next = kept.state === 'delivered' || kept.state === 'read' ? kept.state : state;
  const same = stored.problem === facts.problem && stored.storedOn === (facts.storedOn ?? stored.storedOn);
  if (next === 'queued' && same) return;
  if (next === 'failed') {
    const { message, to, content } = entry;
    work.change({ kind: 'put-failed', failed: { message, to, content } });
  }
  // On how many it lay before holds no longer once it has been stored.
  const { storedOn: ___, of: ____, ...anew } = kept;
  const before = state === 'sent' ? anew : kept;
  const message = { ...before, ...facts, state: next };
  work.change({ kind: 'put-message', message });
  work.after(() => stateEvent(message));
}
