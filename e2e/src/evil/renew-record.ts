import { equalBytes } from '@sotto/bytes';
import { waitUntil } from '../wait-until.ts';
import type { Chats } from './chats.ts';
import { doubtRecord } from './doubt-record.ts';
import type { FastClock } from './fast-clock.ts';
import { recordOf } from './forge-record.ts';
import type { Person } from './person.ts';

export interface TwoFriends {
  readonly alice: Person;
  readonly bob: Person;
  readonly clock: FastClock;
  readonly chats: Chats;
}

/** Days go by, keys are renewed and records with them, and alice has pinned bob's new one. */
export async function renewRecord({ alice, bob, clock, chats }: TwoFriends): Promise<void> {
  clock.skip(3 * 24 * 60 * 60_000);
  for (const person of [alice, bob]) {
    await person.restart();
    const isNew = async () =>
      (await recordOf(person)).record.revision > 1 && !(await person.client.status()).recordPending;
    await waitUntil(`${person.name} has a new record`, 30_000, isNew);
  }
  // Something new may have been told to bob meanwhile, and he makes one more.
  for (let round = 0; round < 20 && !(await isPinned()); round++) {
    await doubtRecord(alice, bob);
    await (await chats.say(alice, bob)).until('sent');
  }
  await chats.settle();

  async function isPinned(): Promise<boolean> {
    const contact = await alice.store.contact(bob.account);
    return contact?.record !== undefined && equalBytes(contact.record, (await recordOf(bob)).bytes);
  }
}
