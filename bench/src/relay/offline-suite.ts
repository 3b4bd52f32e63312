import type { Amount } from '../amount.ts';
import type { Figure, Findings } from '../figures/figure.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import type { Messenger } from '../peers/peer.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { costOffline, type OfflineCost } from './offline.ts';
import { inRounds } from './rounds.ts';

const [FULL, SHORT] = [10_000, 1_000] as const;

/** A full mailbox beside mosquitto's, and beside a short one of our own. XMPP's servers keep none for anonymous users. */
export async function offlineSuite({ pairs }: Amount): Promise<Findings> {
  const registered = await registerUsers(11);
  const ours = sottoRelay(registered);
  const short: Messenger = { ...ours, name: '1,000 queued', find: () => 'by us' };
  const costs = new Map<Messenger, OfflineCost[]>();
  try {
    const drained = await inRounds({
      name: 'mailbox drained, 10,000 queued',
      unit: 'µs CPU',
      ours,
      peers: [mosquitto, short],
      rounds: pairs,
      measure: async (messenger) => {
        const cost = await costOffline(messenger, messenger === short ? SHORT : FULL);
        costs.set(messenger, [...(costs.get(messenger) ?? []), cost]);
        return cost.drain;
      },
    });
    return {
      figures: [...storeFigures(drained.figures, costs, ours), ...drained.figures],
      notes: drained.notes,
    };
  } finally {
    registered.close();
  }
}

/** The other half of the same runs. */
function storeFigures(
  drained: readonly Figure[],
  costs: ReadonlyMap<Messenger, readonly OfflineCost[]>,
  ours: Messenger,
): readonly Figure[] {
  const stores = (of: Messenger): readonly number[] => (costs.get(of) ?? []).map(({ store }) => store);
  return drained
    .filter(({ peer }) => peer.startsWith(mosquitto.name))
    .map((figure) => {
      return { ...figure, name: 'stored for somebody absent', ours: stores(ours), theirs: stores(mosquitto) };
    });
}
