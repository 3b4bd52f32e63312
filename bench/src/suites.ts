import type { Amount } from './amount.ts';
import { catchUpSuite } from './catch-up-suite.ts';
import { clientFiftyAtOnce, clientOneByOne, throughRelay } from './client-sides.ts';
import { cpuFigure, face } from './compare.ts';
import type { Figure, Findings } from './figures/figure.ts';
import { choicesSuite } from './onion/choices-suite.ts';
import { onionSuite } from './onion/onion-suite.ts';
import { ratchetEngine } from './ratchet-engine.ts';
import { rawLibsignal } from './raw-libsignal.ts';
import { idleSuite } from './relay/idle-suite.ts';
import { offlineSuite } from './relay/offline-suite.ts';
import { relaySuite } from './relay/relay-suite.ts';
import { searchSuite } from './search/search-suite.ts';

/** Named sets of figures; each runs by itself with `--suite`. */
export const SUITES: Readonly<Record<string, (amount: Amount) => Promise<Findings>>> = {
  relay: relaySuite,
  offline: offlineSuite,
  idle: idleSuite,
  onion: onionSuite,
  choices: choicesSuite,
  client: clientSuite,
  'catch-up': catchUpSuite,
  search: searchSuite,
};

/** The ratchet and the client core beside raw libsignal. */
async function clientSuite({ pairs, messages }: Amount): Promise<Findings> {
  const figures: Figure[] = [];
  for (const createSide of [ratchetEngine, clientOneByOne, clientFiftyAtOnce, throughRelay]) {
    figures.push(cpuFigure(await face(await createSide(messages), await rawLibsignal(messages), pairs)));
  }
  return { figures, notes: [] };
}
