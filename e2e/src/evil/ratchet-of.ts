import { SessionRecord } from '@signalapp/libsignal-client';
import { aciOf, formatAci, parseAccountId } from '@sotto/identity';
import type { Person } from './person.ts';

/** Own account, or an error: everybody here has one. */
export async function stateOf({ name, store }: Person) {
  const state = await store.account();
  if (state === undefined) throw new Error(`${name} has no account`);
  return state;
}

/**
 * A person puts the session with another one aside, as one that has not been answered for a month: the next text
 * begins a new one, and what comes in the old one still opens.
 */
export async function setSessionAside({ store, name }: Person, other: Person): Promise<void> {
  const key = `${formatAci(aciOf(parseAccountId(other.account)))}.1`;
  const row = await store.ratchet.get('session', key);
  if (row === undefined) throw new Error(`${name} has no session with ${other.name}`);
  const session = SessionRecord.deserialize(row);
  session.archiveCurrentState();
  await store.commit([{ kind: 'ratchet', change: { table: 'session', key, value: session.serialize() } }]);
}
