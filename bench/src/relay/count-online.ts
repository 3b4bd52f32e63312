import type { Absence, Figure, Findings } from '../figures/figure.ts';
import { pause } from '../load/settle.ts';
import { askCounts } from '../peers/counts.ts';
import { writtenByTree } from '../peers/process-tree.ts';
import type { RelayUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { textOf } from '../text-of.ts';
import { visitWith } from './visit.ts';

/** Loaded into the relay, which counts by itself. */
const PRELOAD = new URL('../peers/count-preload.js', import.meta.url).href;
const LOAD = { clients: 100, inFlight: 4 } as const;
const [WARM_MESSAGES, MESSAGES] = [2_000, 12_000] as const;
/** The last acknowledgements are under way when the last message has come. */
const AFTERMATH = 300;
/** What RabbitMQ writes for a message of 1 KiB, measured elsewhere: it is not among the peers that are started here. */
const RABBITMQ_BYTES = 2_355;

/** One message that was taken, delivered and acknowledged. */
interface Cost {
  readonly socketWrites: number;
  readonly socketBytes: number;
  readonly commits: number;
  readonly diskBytes: number;
}

/** What the relay writes for a message to somebody online, from quiet to quiet: counted, not timed. */
export async function countOnline(registered: RelayUsers, runs: number): Promise<Findings> {
  const costs: Cost[] = [];
  try {
    for (let run = 0; run < runs; run++) costs.push(await countOnce(registered));
  } catch (error) {
    const why = (error as Error).message;
    const absences = ROWS.map(({ name }): Absence => ({ figure: name, why }));
    return { figures: [], absences, notes: [`what the relay writes was not counted: ${why}`] };
  }
  const figures = ROWS.map(({ name, unit, peer, than, of }): Figure => {
    return { name, unit, peer, ours: costs.map(of), theirs: costs.map(() => than) };
  });
  return { figures, notes: [] };
}

const ROWS: readonly {
  readonly name: string;
  readonly unit: string;
  readonly peer: string;
  readonly than: number;
  of(cost: Cost): number;
}[] = [
  {
    name: 'relay, socket writes',
    unit: 'writes',
    peer: 'a message',
    than: 1,
    of: ({ socketWrites }) => socketWrites,
  },
  { name: 'relay, commits', unit: 'commits', peer: 'a message', than: 1, of: ({ commits }) => commits },
  {
    name: 'relay, bytes to sockets',
    unit: 'B',
    peer: 'its text',
    than: textOf(0).length,
    of: ({ socketBytes }) => socketBytes,
  },
  {
    name: 'relay, bytes written',
    unit: 'B',
    peer: 'RabbitMQ 3.10.8, elsewhere',
    than: RABBITMQ_BYTES,
    of: ({ diskBytes }) => diskBytes,
  },
];

export const COUNTED_NAMES: readonly string[] = ROWS.map(({ name }) => name);

function countOnce(registered: RelayUsers): Promise<Cost> {
  const counting = sottoRelay(registered, ['--import', PRELOAD]);
  return visitWith(counting, LOAD.clients, async (crowd, { pid }, folder) => {
    const send = async (messages: number): Promise<void> => {
      const until = crowd.ledger.delivered + messages;
      crowd.start(LOAD.inFlight);
      while (crowd.ledger.delivered < until && !crowd.failed) await pause(5);
      await crowd.stop();
      await pause(AFTERMATH);
    };
    await send(WARM_MESSAGES);
    const [before, written, delivered] = [
      await askCounts(pid, folder),
      writtenByTree(pid),
      crowd.ledger.delivered,
    ];
    await send(MESSAGES);
    const after = await askCounts(pid, folder);
    const messages = crowd.ledger.delivered - delivered;
    return {
      socketWrites: (after.socketWrites - before.socketWrites) / messages,
      socketBytes: (after.socketBytes - before.socketBytes) / messages,
      commits: (after.commits - before.commits) / messages,
      diskBytes: (writtenByTree(pid) - written) / messages,
    };
  });
}
