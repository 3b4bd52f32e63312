import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { aciOf, createSeed, deriveAccount, formatAccountId } from '@sotto/identity';
import { sottoJson } from '../../run-sotto.ts';
import type { Canary } from '../find/canary.ts';
import { type Newcomer, type Person, profileOf, sleep, wake } from './person.ts';
import { pidOf } from './server.ts';
import { apiOf, eventually, say, sees } from './talk.ts';
import type { Typist } from './typist.ts';
import type { TaintWorld } from './world.ts';

/** What the acts of a story need. */
export interface Stage {
  readonly world: TaintWorld;
  readonly typist: Typist;
  /** Somebody new comes, or a new device of somebody. */
  join(newcomer: Newcomer): Promise<Person>;
  /** A value that nobody typed is to be looked for from now on. */
  remember(canaries: readonly Canary[]): void;
  /** What people have is looked at before some of it is erased. */
  beforeErasing(): Promise<void>;
}

/** A text is taken back while the relay does not answer, and so is one to somebody whom nobody has. */
export async function takeBack(stage: Stage, alice: Person, bob: Person): Promise<void> {
  const { world, typist } = stage;
  const api = apiOf(alice);
  const relay = pidOf(world.relay);
  process.kill(relay, 'SIGSTOP');
  try {
    const { id } = await api.call('send', {
      ...{ to: bob.account, road: 'relay' },
      text: typist.type('text', alice.label),
    });
    const { state } = await api.call('send.wait', { id, timeout_ms: 500 });
    if (state !== 'queued') throw new Error(`a relay that stands still has taken a text: ${state}`);
    await api.call('messages.delete', { id });
  } finally {
    process.kill(relay, 'SIGCONT');
  }
  await api.call('contacts.road', { who: bob.account, road: 'auto' });
  await writeToNobody(stage, alice);
}

async function writeToNobody({ typist, remember }: Stage, alice: Person): Promise<void> {
  const { account } = deriveAccount(createSeed(randomBytes));
  const nobody = formatAccountId(account);
  const of = 'nobody';
  remember([
    { field: 'account ID', of, bytes: account, mailbox: account },
    { field: 'account ID', of, bytes: Buffer.from(nobody), mailbox: account },
    { field: 'ACI', of, bytes: aciOf(account) },
  ]);
  const api = apiOf(alice);
  await api.call('contacts.add', { who: nobody, name: typist.type('name given to a contact', alice.label) });
  const { id } = await api.call('send', { to: nobody, text: typist.type('text', alice.label) });
  await api.call('send.wait', { id, timeout_ms: 1_000 });
  await api.call('contacts.name', { who: nobody, name: typist.type('name given to a contact', alice.label) });
  await api.call('messages.delete', { id });
  await api.call('contacts.delete', { who: nobody });
}

/** Chats and people are forgotten, and somebody who was blocked is let in again before. */
export async function forgetSome(
  alice: Person,
  { carol, bob, dan }: Readonly<Record<'carol' | 'bob' | 'dan', Person>>,
): Promise<void> {
  await apiOf(alice).call('chats.clear', { who: carol.account });
  await apiOf(alice).call('contacts.unverify', { who: bob.account });
  await apiOf(bob).call('contacts.unblock', { who: dan.account });
  await apiOf(bob).call('contacts.delete', { who: dan.account });
}

/** All that the page's export reads, and the text for a friend who wants to join; the latter goes to `file`. */
export async function exportAll({ world }: Stage, alice: Person, file: string): Promise<void> {
  const api = apiOf(alice);
  await api.call('account.show', {});
  await api.call('contacts.list', {});
  const { chats } = await api.call('chats.list', { limit: 50 });
  for (const { contact } of chats) await api.call('chats.read', { who: contact.account_id, limit: 50 });
  const network = ['--relay', world.relayUrl, '--directory', world.storage.list];
  await writeFile(file, JSON.stringify(await sottoJson(['network', 'export', ...network])));
}

/** An account comes back from its words in a new folder; the device before it learns that, and erases itself. */
export async function bringBack(
  stage: Stage,
  person: Person,
  newcomer: Partial<Newcomer> = {},
): Promise<Person> {
  const { label, words } = person;
  await sleep(person);
  await stage.beforeErasing();
  const again = await stage.join({ ...newcomer, label, words });
  await erase(person, 'erased');
  await wake(again);
  return again;
}

/** Somebody who came back writes to a contact, and is answered. */
export async function talkAgain({ typist }: Stage, again: Person, alice: Person): Promise<void> {
  const asked = typist.type('text', again.label);
  await say(again, alice, asked);
  await sees(alice, again, asked);
  const answered = typist.type('text', alice.label);
  await say(alice, again, answered);
  await sees(again, alice, answered);
}

/** Delete the account, or this copy of it when it has been restored elsewhere. Nothing happens while nobody answers. */
async function erase(person: Person, state: 'erased' | 'deleted'): Promise<void> {
  await sleep(person);
  const { only_here: onlyHere } = await eventually(`what ${person.label} has is deleted`, () =>
    sottoJson(['account', 'delete', '--yes', ...profileOf(person)]),
  );
  const expected = state === 'erased' ? 'replaced' : undefined;
  if (onlyHere !== expected) throw new Error(`${person.label} was deleted otherwise: ${String(onlyHere)}`);
  person.state = state;
}

/** The words leave the device when they are given back to it. */
export async function forgetWords(person: Person): Promise<void> {
  await sottoJson(['account', 'forget-phrase', ...profileOf(person)], { stdin: `${person.words}\n` });
}

/** Somebody comes, talks by both roads, and deletes the account. */
export async function comeAndGo(stage: Stage, alice: Person): Promise<void> {
  const { typist, join: enter, beforeErasing } = stage;
  const eve = await enter({ label: 'eve' });
  await wake(eve);
  const asked = typist.type('text', eve.label);
  await say(eve, alice, asked);
  await sees(alice, eve, asked);
  await apiOf(alice).call('contacts.accept', { who: eve.account });
  for (const road of ['relay', 'onion'] as const) {
    const answered = typist.type('text', alice.label);
    await say(alice, eve, answered, road);
    await sees(eve, alice, answered);
  }
  await sleep(eve);
  // What nobody has collected goes with the account as well.
  for (const road of ['relay', 'onion'] as const)
    await say(alice, eve, typist.type('text', alice.label), road);
  await beforeErasing();
  // What she owes eve goes with the contact: a receipt that came later would wait for nobody until it is over.
  await apiOf(alice).call('contacts.delete', { who: eve.account });
  await erase(eve, 'deleted');
}

/** Storage nodes leave and come; who starts afterwards hears of it, and goes on by the new list. */
export async function moveOn({ world, typist }: Stage, alice: Person, bob: Person): Promise<void> {
  await world.changeList();
  for (const person of [alice, bob]) {
    await sleep(person);
    await wake(person);
  }
  const text = typist.type('text', bob.label);
  await say(bob, alice, text, 'onion');
  await sees(alice, bob, text);
}
