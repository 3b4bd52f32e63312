import type { ServerChapter } from './lies-page.ts';

/** What servers say to servers and readers, beside what is said to clients; the tests are where the servers are. */
export const SERVER_LIES: readonly ServerChapter[] = [
  {
    title: 'A member to the others of its swarm',
    intro:
      'One of three says what is not so when the others look for what they lack. *Detected* is a member that is asked for nothing more for a while',
    file: 'packages/storage-node/test/lying-members.test.ts',
    lies: [
      {
        it: 'hides what it has',
        verdict: 'harmless',
        test: 'hides nothing from who asks another one',
      },
      {
        it: 'forges what only an owner may store',
        verdict: 'harmless',
        test: 'is not believed about its owner’s own boxes without its owner’s signature',
      },
      {
        it: 'forges under a true signature, which covers no data: one thing stays beside the genuine one, and no seal opens it',
        verdict: 'harmless',
        test: 'puts one thing at most beside each signature, which covers no data',
      },
      {
        it: 'gives something else than it was asked for',
        verdict: 'detected',
        test: 'is named when what it gives is not what it was asked for',
      },
      {
        it: 'deletes in its owner’s name, or for another time',
        verdict: 'detected',
        test: 'is named for a delete that nobody has signed, or that was signed for another time',
      },
      { it: 'rolls a record back', verdict: 'harmless', test: 'rolls no record back' },
      {
        it: 'puts another record under the same signature',
        verdict: 'harmless',
        test: 'puts no other record in the place of one under its signature',
      },
      {
        it: 'lengthens a life beyond what may be asked for',
        verdict: 'detected',
        test: 'lengthens no life beyond what may be asked for, and none that its owner has signed',
      },
      { it: 'shortens a life', verdict: 'harmless', test: 'ends no life by dating it anew' },
      {
        it: 'brings back what was deleted: what anybody may store may be stored again, and deleted again',
        verdict: 'harmless',
        test: 'brings nothing back that was deleted',
      },
      {
        it: 'offers without end',
        verdict: 'detected',
        test: 'by offering without end is left alone',
      },
    ],
  },
  {
    title: 'An endpoint of a registry',
    intro:
      'One of three, of whom two must agree, to whoever reads the nodes. It is named, and the others are gone by',
    file: 'contracts/test/reader.test.ts',
    lies: [
      { it: 'moves a node to another address', verdict: 'detected', test: 'alters an address' },
      { it: 'inserts a node', verdict: 'detected', test: 'inserts a node' },
      { it: 'gives a node another key', verdict: 'detected', test: 'gives a node another key' },
      { it: 'leaves out all nodes', verdict: 'detected', test: 'omits all entries' },
      { it: 'serves another chain', verdict: 'detected', test: 'serves another chain' },
      { it: 'is on another branch', verdict: 'detected', test: 'is on another branch' },
      {
        it: 'lies with another, alike or not: nothing is read, and the list of before stays',
        verdict: 'detected',
        test: 'knows nothing when two of three lie, alike or not, and when they do not answer',
      },
    ],
  },
];
