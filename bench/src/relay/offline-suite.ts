import { type Amount, fewerPairs } from '../amount.ts';
import type { Figure, Findings } from '../figures/figure.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import type { Messenger } from '../peers/peer.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { type Backlog, costOffline, type OfflineCost, SENDERS } from './offline.ts';
import { inRounds } from './rounds.ts';

const [FULL, SHORT] = [10_000, 1_000] as const;
/** No mailbox of ours holds so many, so with `--full` they are in ten. */
const VERY_MANY: Backlog = { messages: 100_000, mailboxes: 10 };
/** What a message of a backlog may take on its way (goals.json), microseconds: 10,000 a second. */
const MOST_TIME = 100;

type Costs = ReadonlyMap<Messenger, readonly OfflineCost[]>;

/** A full mailbox beside mosquitto's, and beside a short one of our own. XMPP's servers keep none for anonymous users. */
export async function offlineSuite(amount: Amount): Promise<Findings> {
  const registered = await registerUsers(SENDERS + (VERY_MANY.mailboxes ?? 1));
  const ours = sottoRelay(registered);
  const short: Messenger = { ...ours, name: '1,000 queued', find: () => 'by us' };
  const costs = new Map<Messenger, OfflineCost[]>();
  const drain = async (messenger: Messenger, backlog: Backlog): Promise<number> => {
    const cost = await costOffline(messenger, backlog);
    costs.set(messenger, [...(costs.get(messenger) ?? []), cost]);
    return cost.drain;
  };
  try {
    const drained = await inRounds({
      name: 'mailbox drained, 10,000 queued',
      unit: 'µs CPU',
      ours,
      peers: [mosquitto, short],
      rounds: amount.pairs,
      measure: (messenger) => drain(messenger, { messages: messenger === short ? SHORT : FULL }),
    });
    const parts = [{ ...drained, figures: withOthers(drained.figures, costs, ours) }];
    if (amount.full) {
      costs.clear();
      const many = await inRounds({
        name: 'ten mailboxes drained, 100,000 queued',
        unit: 'µs CPU',
        ours,
        peers: [mosquitto],
        rounds: fewerPairs({ ...amount, full: false }),
        measure: (messenger) => drain(messenger, VERY_MANY),
      });
      parts.push({ ...many, figures: withOthers(many.figures, costs, ours) });
    }
    return {
      figures: parts.flatMap(({ figures }) => figures),
      absences: parts.flatMap(({ absences = [] }) => absences),
      notes: [...new Set(parts.flatMap(({ notes }) => notes))],
    };
  } finally {
    registered.close();
  }
}

/** And the other half of the same runs, and how long they took. */
function withOthers(drained: readonly Figure[], costs: Costs, ours: Messenger): readonly Figure[] {
  const own = costs.get(ours) ?? [];
  const stored = drained
    .filter(({ peer }) => peer.startsWith(mosquitto.name))
    .map((figure) => ({
      ...figure,
      name: figure.name.startsWith('ten') ? 'stored for ten people absent' : 'stored for somebody absent',
      ours: own.map(({ store }) => store),
      theirs: (costs.get(mosquitto) ?? []).map(({ store }) => store),
    }));
  const [first] = drained;
  if (first === undefined) return stored;
  const time: Figure = {
    name: `${first.name}, time`,
    peer: '10,000 a second',
    unit: 'µs',
    ours: own.map(({ drainTime }) => drainTime),
    theirs: own.map(() => MOST_TIME),
  };
  return [...stored, ...drained, time];
}
