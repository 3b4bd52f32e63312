import { type Amount, fewerPairs } from '../amount.ts';
import type { Findings } from '../figures/figure.ts';
import type { Kept } from '../load/kill-ledger.ts';
import { ejabberd } from '../peers/ejabberd.ts';
import { floorNode } from '../peers/floor-node.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import { prosody } from '../peers/prosody.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { COUNTED_NAMES, countOnline } from './count-online.ts';
import { HALF_LOAD_NAMES, halfLoad } from './half-load.ts';
import { KILL_USERS, killInMidRun } from './kill-relay.ts';
import { costOnline, type OnlineLoad } from './online.ts';
import { inRounds } from './rounds.ts';

const [SOME_NAME, MANY_NAME] = ['relay, 100 users', 'relay, 1,000 users'] as const;
const SOME: OnlineLoad = { clients: 100, inFlight: 4, milliseconds: 1_500 };
const MANY: OnlineLoad = { clients: 1_000, inFlight: 1, milliseconds: 1_500 };

/**
 * Everybody online: 100 users with four messages under way each, and 1,000 with one. Before that ours is killed once
 * in mid-run: a relay that loses what it had accepted has no figure.
 */
export async function relaySuite(amount: Amount): Promise<Findings> {
  const registered = await registerUsers(Math.max(MANY.clients, KILL_USERS));
  const ours = sottoRelay(registered);
  try {
    const kept = await killInMidRun(ours).catch((error: Error) => error);
    if (kept instanceof Error) return withoutFigures(kept);
    const some = await inRounds({
      name: SOME_NAME,
      unit: 'µs CPU',
      ours,
      peers: [floorNode, mosquitto, ejabberd, prosody],
      rounds: amount.pairs,
      measure: (messenger) => costOnline(messenger, SOME),
    });
    const many = await inRounds({
      name: MANY_NAME,
      unit: 'µs CPU',
      ours,
      peers: [floorNode, mosquitto],
      rounds: fewerPairs(amount),
      measure: (messenger) => costOnline(messenger, MANY),
    });
    const half = await halfLoad(ours, fewerPairs(amount));
    const counted = await countOnline(registered, fewerPairs(amount));
    const parts = [some, many, half, counted];
    return {
      figures: parts.flatMap(({ figures }) => figures),
      absences: parts.flatMap(({ absences = [] }) => absences),
      notes: [wordsFor(kept), ...new Set(parts.flatMap(({ notes }) => notes))],
    };
  } finally {
    registered.close();
  }
}

function withoutFigures({ message }: Error): Findings {
  const why = `killed with SIGKILL in mid-run, the relay failed: ${message}`;
  const names = [SOME_NAME, MANY_NAME, ...HALF_LOAD_NAMES, ...COUNTED_NAMES];
  return { figures: [], absences: names.map((figure) => ({ figure, why })), notes: [why] };
}

function wordsFor({ accepted, held }: Kept): string {
  return `relay killed with SIGKILL in mid-run: of ${accepted} accepted messages it held all ${held} that nobody had acknowledged, each once and in order`;
}
