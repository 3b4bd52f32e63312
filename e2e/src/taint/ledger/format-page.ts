import type { Ledger, LedgerRow } from './ledger.ts';

const HEAD = `# Who holds what

Everything of a person that was ever found with somebody else, or outside of what is encrypted on their own disk. What is
in no row was found nowhere: texts, names, drafts, words searched for, recovery words, secret keys, profile keys, the
state of the ratchet, the ID of a chat's other side, and whatever else a profile holds.

\`npm run taint\` makes this true: it runs a relay, storage nodes and people, with a value of its own in every field and
every identifier, and searches all files (write-ahead logs and free pages too), logs, memory and packets for each of them in
many encodings. It fails on anything that is not here, and on anything here that it does not find. This page is made from
[ledger.json](ledger.json); every column of a relay's database, with its reason, is in [ledger.md](ledger.md), and of a storage node's in [ledger-node.md](ledger-node.md).

*Memory* is what a server's process keeps, after a full collection of garbage. *Passing memory* is all of the process's
memory as the kernel shows it: what came in, was worked on or was freed, until something is written over it. *Opened layer*
is a layer of an onion request in it. *At times* is while something is done with it, or until
something else is read or written in its place. What was removed from a file may be found there for half a minute more.
`;

/** The page for people. */
export function formatPage(ledger: Ledger): string {
  const sections = ledger.map(
    ({ title, rows }) =>
      `\n## ${title}\n\n| what | of whom | where |\n|---|---|---|\n${rows.map(rowOf).join('\n')}\n`,
  );
  return `${HEAD}${sections.join('')}`;
}

function rowOf({ field, about, places, atTimes = [] }: LedgerRow): string {
  const always = places.map((place) => (/[._]/.test(place) ? `\`${place}\`` : place));
  return `| ${field} | ${about} | ${[...always, ...atTimes.map((place) => `${place} at times`)].join(', ')} |`;
}
