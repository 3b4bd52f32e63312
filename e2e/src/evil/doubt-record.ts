import type { Person } from './person.ts';

/** What was confirmed within a day is looked at again before the next text. */
export async function doubtRecord(at: Person, of: Person): Promise<void> {
  const contact = await at.store.contact(of.account);
  if (contact === undefined) throw new Error(`${at.name} does not know ${of.name}`);
  await at.store.commit([{ kind: 'put-contact', contact: { ...contact, recordCheckedAt: 0 } }]);
}
