import type { OnionTrouble } from '@sotto/transport-onion';

/** Why the onion road carries nothing, and what helps. */
export interface TroubleWords {
  readonly problem: string;
  readonly hint: string;
}

const NEWER_LIST =
  'ask a friend or whoever keeps the directory for the network text of today, and give it with `sotto account network TEXT --profile DIR`';

/** What the guards told when nothing came through, in words. */
export function describeTrouble(trouble: OnionTrouble): TroubleWords {
  switch (trouble) {
    case 'no-guard':
      return {
        problem:
          'no path through the onion network works, and none of the guards answers, the storage nodes by which this profile enters it',
        hint: `check the connection of this machine; if that is well, they have left the network: ${NEWER_LIST}`,
      };
    case 'no-path':
      return {
        problem:
          'no path through the onion network works; the guards answer and know no newer list of storage nodes',
        hint: `too many of the listed storage nodes are down or gone: wait for them, or ${NEWER_LIST}`,
      };
    case 'other-list':
      return {
        problem:
          'no path through the onion network works, and the guards go by a list of storage nodes that this profile cannot follow: those whom it trusts have not signed it, or have signed two of the same number',
        hint: NEWER_LIST,
      };
  }
}
