import { toHex } from '@sotto/bytes';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { OutboxEntry } from '../ports/store.ts';

type NewEntry = Omit<OutboxEntry, 'id' | 'notBefore' | 'attempts' | 'encrypted'>;

/** Something takes its place in the outbox, and is looked at as soon as it is written down. Returns its ID there. */
export function queueEntry(core: Core, work: Work, given: NewEntry): string {
  const id = toHex(core.random(16));
  work.change({ kind: 'put-outbox', entry: { ...given, id, notBefore: 0, attempts: 0, encrypted: [] } });
  work.after(() => {
    core.signals.outboxAdded(given.to, id);
    return undefined;
  });
  return id;
}
