import type { Amount } from '../amount.ts';
import type { Findings } from '../figures/figure.ts';
import { ejabberd } from '../peers/ejabberd.ts';
import { floorNode } from '../peers/floor-node.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import { prosody } from '../peers/prosody.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { costOnline, type OnlineLoad } from './online.ts';
import { inRounds } from './rounds.ts';

const SOME: OnlineLoad = { clients: 100, inFlight: 4, milliseconds: 1_500 };
const MANY: OnlineLoad = { clients: 1_000, inFlight: 1, milliseconds: 1_500 };

/** Everybody online: 100 users with four messages under way each, and 1,000 with one. */
export async function relaySuite({ pairs }: Amount): Promise<Findings> {
  const registered = await registerUsers(MANY.clients);
  const ours = sottoRelay(registered);
  try {
    const some = await inRounds({
      name: 'relay, 100 users',
      unit: 'µs CPU',
      ours,
      peers: [floorNode, mosquitto, ejabberd, prosody],
      rounds: pairs,
      measure: (messenger) => costOnline(messenger, SOME),
    });
    const many = await inRounds({
      name: 'relay, 1,000 users',
      unit: 'µs CPU',
      ours,
      peers: [floorNode, mosquitto],
      rounds: pairs,
      measure: (messenger) => costOnline(messenger, MANY),
    });
    return {
      figures: [...some.figures, ...many.figures],
      notes: [...new Set([...some.notes, ...many.notes])],
    };
  } finally {
    registered.close();
  }
}
