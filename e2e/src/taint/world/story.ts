import { sottoJson } from '../../run-sotto.ts';
import type { Canary } from '../find/canary.ts';
import {
  bringBack,
  comeAndGo,
  exportAll,
  forgetSome,
  forgetWords,
  moveOn,
  type Stage,
  takeBack,
  talkAgain,
} from './later-acts.ts';
import { createPerson, type Person, sleep, wake } from './person.ts';
import { apiOf, receiptsHaveGone, say, sees } from './talk.ts';
import type { Typist } from './typist.ts';
import type { TaintWorld } from './world.ts';

/** Everything happens while this many look; between acts somebody may look at what the servers have. */
export interface Moments {
  /** Something is to be looked for that nobody typed. */
  readonly remember: (canaries: readonly Canary[]) => void;
  /** A profile is about to be erased. */
  readonly beforeErasing: () => Promise<void>;
  /** Letters wait at every server for somebody who comes later. */
  readonly lettersWait: (waitedFor: Person) => Promise<void>;
  /** Everybody is connected and has talked. */
  readonly everybodyTalks: () => Promise<void>;
  /** Everybody has gone; some letters wait that nobody comes for. */
  readonly everybodyGone: () => Promise<void>;
}

/** What people do in a world, told in acts. The text for friends who want to join goes to the file `network`. */
export async function tellStory(
  world: TaintWorld,
  typist: Typist,
  people: Person[],
  { network, ...moments }: Moments & { readonly network: string },
): Promise<void> {
  const join: Stage['join'] = async (newcomer) => {
    const person = await createPerson(world, typist, newcomer);
    people.push(person);
    return person;
  };
  const stage: Stage = { world, typist, join, ...moments };
  const [alice, bob] = [await join({ label: 'alice' }), await join({ label: 'bob' })];
  const [carol, dan] = [
    await join({ label: 'carol', onionOnly: true }),
    await join({ label: 'dan', locked: true }),
  ];
  await makeFriends(typist, alice, bob);
  await becomeStrict(typist, alice, bob);
  await meetByOnion(typist, carol, alice);
  await useTheScreen(typist, alice, bob);
  await blockSomebody(typist, { alice, bob, dan });
  await takeBack(stage, alice, bob);
  await exportAll(stage, alice, network);
  await forgetSome(alice, { carol, bob, dan });
  await comeAndGo(stage, alice);
  const dansNext = await bringBack(stage, dan, { locked: true });
  const carolsNext = await bringBack(stage, carol, { onionOnly: true });
  for (const person of [dansNext, carolsNext]) await talkAgain(stage, person, alice);
  await forgetWords(carolsNext);
  await sleep(dansNext);
  await moveOn(stage, alice, bob);
  await comeBack(typist, alice, bob, moments.lettersWait);
  await moments.everybodyTalks();
  await leaveLetters(typist, { alice, bob, carol: carolsNext, dan: dansNext });
  await moments.everybodyGone();
}

/** A link, a request, an answer, by the relay. */
async function makeFriends(typist: Typist, alice: Person, bob: Person): Promise<void> {
  await wake(alice);
  const { link } = await sottoJson(['account', 'show', '--profile', bob.profile]);
  const nickname = typist.type('name given to a contact', alice.label);
  await apiOf(alice).call('contacts.add', { who: String(link), name: nickname });
  const asked = typist.type('text', alice.label);
  await say(alice, bob, asked);
  await wake(bob);
  await sees(bob, alice, asked);
  await apiOf(bob).call('contacts.accept', { who: alice.account });
  const answered = typist.type('text', bob.label);
  await say(bob, alice, answered, 'relay');
  await sees(alice, bob, answered);
}

/** The onion road and no other, there and back. */
async function becomeStrict(typist: Typist, alice: Person, bob: Person): Promise<void> {
  const strict = typist.type('text', alice.label);
  await say(alice, bob, strict, 'onion');
  await sees(bob, alice, strict);
  const back = typist.type('text', bob.label);
  await say(bob, alice, back, 'onion');
  await sees(alice, bob, back);
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await apiOf(one).call('contacts.road', { who: other.account, road: 'auto' });
  }
}

/** Somebody without a relay writes to a stranger, who accepts. */
async function meetByOnion(typist: Typist, carol: Person, alice: Person): Promise<void> {
  await wake(carol);
  const asked = typist.type('text', carol.label);
  await say(carol, alice, asked);
  await sees(alice, carol, asked);
  await apiOf(alice).call('contacts.accept', { who: carol.account });
  const answered = typist.type('text', alice.label);
  await say(alice, carol, answered);
  await sees(carol, alice, answered);
}

/** Settings, receipts, typing, drafts, search, another name, comparing safety numbers. */
async function useTheScreen(typist: Typist, alice: Person, bob: Person): Promise<void> {
  const [hers, his] = [apiOf(alice), apiOf(bob)];
  for (const api of [hers, his]) await api.call('settings.change', { read_receipts: true, typing: true });
  // The wish to have them travels with the next text.
  const [one, two] = [typist.type('text', alice.label), typist.type('text', bob.label)];
  await say(alice, bob, one);
  await sees(bob, alice, one);
  await say(bob, alice, two);
  const seen = await sees(alice, bob, two);
  await hers.call('chats.mark', { who: bob.account, through: seen.sequence });
  await sees(bob, alice, two, (item) => item.kind === 'text' && item.state === 'read');
  await hers.call('chats.typing', { who: bob.account, typing: true });
  await hers.call('chats.draft', { who: bob.account, text: typist.type('draft', alice.label) });
  await hers.call('search', { text: typist.word('words searched for', alice.label), limit: 10 });
  await hers.call('account.rename', { name: typist.type('name', alice.label) });
  const { safety_code: code } = await his.call('contacts.show', { who: alice.account });
  const { result } = await hers.call('contacts.compare', { who: bob.account, code: code ?? '' });
  if (result !== 'match') throw new Error(`the safety codes of two people are a ${result}`);
  await hers.call('contacts.verify', { who: bob.account });
  const last = typist.type('text', alice.label);
  const { id } = await say(alice, bob, last);
  await sees(bob, alice, last);
  await hers.call('messages.delete', { id });
}

/** A stranger is blocked. */
async function blockSomebody(
  typist: Typist,
  { alice, bob, dan }: { readonly alice: Person; readonly bob: Person; readonly dan: Person },
): Promise<void> {
  await wake(dan);
  const asked = typist.type('text', dan.label);
  await say(dan, bob, asked);
  await sees(bob, dan, asked);
  await apiOf(bob).call('contacts.block', { who: dan.account });
  // Whom is not blocked is told of the new mailbox.
  const told = typist.type('text', bob.label);
  await say(bob, alice, told);
  await sees(alice, bob, told);
  await sleep(dan);
}

/** Letters on both roads for somebody who is away, and comes back for them. */
async function comeBack(
  typist: Typist,
  alice: Person,
  bob: Person,
  lettersWait: Moments['lettersWait'],
): Promise<void> {
  await sleep(bob);
  const [direct, strict] = [typist.type('text', alice.label), typist.type('text', alice.label)];
  await say(alice, bob, direct, 'relay');
  await say(alice, bob, strict, 'onion');
  await lettersWait(bob);
  await wake(bob);
  await sees(bob, alice, direct);
  await sees(bob, alice, strict);
  await apiOf(alice).call('contacts.road', { who: bob.account, road: 'auto' });
}

/** What nobody collects: from a contact on each road, and from strangers on each. */
async function leaveLetters(
  typist: Typist,
  {
    alice,
    bob,
    carol,
    dan,
  }: { readonly alice: Person; readonly bob: Person; readonly carol: Person; readonly dan: Person },
): Promise<void> {
  await receiptsHaveGone(alice);
  await sleep(bob);
  await say(alice, bob, typist.type('text', alice.label), 'relay');
  await say(alice, dan, typist.type('text', alice.label), 'relay');
  await sleep(alice);
  await say(carol, alice, typist.type('text', carol.label));
  await say(carol, bob, typist.type('text', carol.label));
  await sleep(carol);
}
