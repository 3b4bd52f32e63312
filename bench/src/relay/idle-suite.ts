import type { Amount } from '../amount.ts';
import type { Figure, Findings } from '../figures/figure.ts';
import { Crowd } from '../load/crowd.ts';
import { pause } from '../load/settle.ts';
import { ejabberd } from '../peers/ejabberd.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import { mostConnections } from '../peers/open-files.ts';
import type { Messenger } from '../peers/peer.ts';
import { memoryOfTree } from '../peers/process-tree.ts';
import { prosody } from '../peers/prosody.ts';
import { type RelayUsers, registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { inRounds } from './rounds.ts';
import { visit } from './visit.ts';

const [FEW, MANY] = [200, 1_000] as const;
/** Connections with `--full`, counted from those that come first. */
const [FIRST, MOST] = [1_000, 20_000] as const;
const KIB = 1_024;
/** What a connection may cost (goals.json), KiB. */
const MOST_KIB = 12;
/** Until what a login needed for a moment is given back. */
const REST = 1_000;
const ROUNDS = 3;
const PEERS: readonly Messenger[] = [mosquitto, ejabberd, prosody];

/** Memory of devices that are logged in and silent, ours with both of their sockets; with `--full` of very many. */
export async function idleSuite({ pairs, full }: Amount): Promise<Findings> {
  const most = mostConnections(MOST);
  const registered = await registerUsers(full ? Math.ceil(most / 2) : MANY);
  const rounds = Math.min(pairs, ROUNDS);
  try {
    const devices = await inRounds({
      name: 'idle device',
      unit: 'KiB',
      ours: sottoRelay(registered),
      peers: PEERS,
      rounds,
      measure: (messenger) => memoryOfEach(messenger, FEW, MANY),
    });
    const connections = full ? await manyConnections(registered, most, rounds) : perConnection(devices);
    return {
      figures: [...devices.figures, ...connections.figures],
      absences: [...(devices.absences ?? []), ...(connections.absences ?? [])],
      notes: [...new Set([...devices.notes, ...connections.notes])],
    };
  } finally {
    registered.close();
  }
}

const CONNECTION = 'idle connection';

/** A device of ours has two. */
function perConnection({ figures, absences = [] }: Findings): Findings {
  const [of] = figures;
  return {
    figures: of === undefined ? [] : [besideMost(of.ours.map((device) => device / 2))],
    absences: absences.map((absence) => ({ ...absence, figure: CONNECTION })),
    notes: [],
  };
}

async function manyConnections(registered: RelayUsers, most: number, rounds: number): Promise<Findings> {
  const found = await inRounds({
    name: CONNECTION,
    unit: 'KiB',
    ours: sottoRelay(registered),
    peers: PEERS,
    rounds,
    measure: async (messenger) => {
      const { connections = 1 } = messenger.dialect;
      const each = await memoryOfEach(messenger, FIRST / connections, Math.floor(most / connections));
      return each / connections;
    },
  });
  const [first] = found.figures;
  return {
    ...found,
    figures: [...(first === undefined ? [] : [besideMost(first.ours)]), ...found.figures],
    notes: [...found.notes, `${CONNECTION}: from ${FIRST} to ${most} of them`],
  };
}

function besideMost(ours: readonly number[]): Figure {
  return {
    name: CONNECTION,
    peer: 'what it may cost',
    unit: 'KiB',
    ours,
    theirs: ours.map(() => MOST_KIB),
  };
}

/** Of users `few` to `many`, KiB. */
function memoryOfEach(messenger: Messenger, few: number, many: number): Promise<number> {
  return visit(messenger, async ({ pid }, port) => {
    const memoryWith = async (first: number, count: number): Promise<[Crowd, number]> => {
      const crowd = new Crowd(messenger.dialect, port, count, first);
      await crowd.join();
      await pause(REST);
      return [crowd, memoryOfTree(pid)];
    };
    const [crowd, before] = await memoryWith(0, few);
    const [more, after] = await memoryWith(few, many - few);
    await Promise.all([crowd.leave(), more.leave()]);
    return (after - before) / (many - few) / KIB;
  });
}
