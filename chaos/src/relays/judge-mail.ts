import type { Violation } from '../history/violation.ts';
import type { MailHistory, Sent, Taken } from './mail-history.ts';
import { PEOPLE, type PersonName } from './plan-relays.ts';

/**
 * What must be true of mail, whoever was killed:
 *
 * - what was acknowledged with 200 arrives;
 * - it is stored once for each time it was sent, at most: once when the first answer was 200. An answer that did not
 *   come, or was no 200, leaves open whether it is stored, so it is sent again, and the receiver tells by
 *   its timestamp that it has it;
 * - without those repeats, the messages of one sender arrive in the order in which they were sent;
 * - no connection is given the same mail twice, nobody gets what was not sent to them, and nothing is altered;
 * - what was acknowledged by its receiver is gone in the end.
 */
export function judgeMail({ sent, taken, notEmptied }: MailHistory): readonly Violation[] {
  const known = new Map(sent.map((each) => [each.text, each]));
  return [
    ...PEOPLE.flatMap((person) => [
      ...misplaced(person, taken[person], known),
      ...repeatedOnConnection(person, taken[person]),
      ...disordered(person, taken[person], known),
    ]),
    ...lost(sent, taken),
    ...doubled(sent, taken),
    ...notEmptied.map((to) => ({ kind: 'stuck', from: '', to, words: 'the queue is not empty' }) as const),
  ];
}

function misplaced(to: PersonName, taken: readonly Taken[], known: ReadonlyMap<string, Sent>): Violation[] {
  return taken.flatMap(({ text, timestamp }): Violation[] => {
    const sent = known.get(text);
    if (sent?.timestamp !== timestamp) return [{ kind: 'altered', from: 'nobody', to, words: text }];
    return sent.to === to ? [] : [{ kind: 'misdirected', from: sent.sender, to, words: text }];
  });
}

function repeatedOnConnection(to: PersonName, taken: readonly Taken[]): Violation[] {
  const seen = new Set<string>();
  return taken.flatMap(({ connection, guid, text }) => {
    const key = `${connection} ${guid}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [{ kind: 'doubled', from: '', to, words: `${text} came twice on connection ${connection}` }];
  });
}

function disordered(to: PersonName, taken: readonly Taken[], known: ReadonlyMap<string, Sent>): Violation[] {
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  return taken.flatMap(({ text }) => {
    const sent = known.get(text);
    if (sent === undefined || seen.has(text)) return [];
    seen.add(text);
    const before = newest.get(sent.sender) ?? -1;
    newest.set(sent.sender, Math.max(before, sent.number));
    if (sent.number > before) return [];
    return [{ kind: 'disordered', from: sent.sender, to, words: `${text} came after number ${before}` }];
  });
}

function lost(sent: readonly Sent[], taken: MailHistory['taken']): Violation[] {
  const arrived = new Set(PEOPLE.flatMap((person) => taken[person].map(({ text }) => `${person} ${text}`)));
  return sent
    .filter(({ acknowledged, to, text }) => acknowledged && !arrived.has(`${to} ${text}`))
    .map(({ sender, to, text, attempts }) => ({
      ...({ kind: 'lost', from: sender, to } as const),
      words: `${text}, acknowledged the ${attempts}. time it was sent`,
    }));
}

function doubled(sent: readonly Sent[], taken: MailHistory['taken']): Violation[] {
  const stored = new Map<string, Set<string>>();
  for (const { text, guid } of PEOPLE.flatMap((person) => taken[person])) {
    stored.set(text, (stored.get(text) ?? new Set()).add(guid));
  }
  return sent.flatMap(({ sender, to, text, attempts }) => {
    const times = stored.get(text)?.size ?? 0;
    if (times <= attempts) return [];
    const words = `${text} was sent ${attempts} times and is stored ${times} times`;
    return [{ kind: 'doubled', from: sender, to, words }];
  });
}
