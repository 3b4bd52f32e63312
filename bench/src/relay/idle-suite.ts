import type { Amount } from '../amount.ts';
import type { Findings } from '../figures/figure.ts';
import { Crowd } from '../load/crowd.ts';
import { pause } from '../load/settle.ts';
import { ejabberd } from '../peers/ejabberd.ts';
import { mosquitto } from '../peers/mosquitto.ts';
import type { Messenger } from '../peers/peer.ts';
import { memoryOfTree } from '../peers/process-tree.ts';
import { prosody } from '../peers/prosody.ts';
import { registerUsers } from '../peers/relay-users.ts';
import { sottoRelay } from '../peers/sotto-relay.ts';
import { inRounds } from './rounds.ts';
import { visit } from './visit.ts';

const [FEW, MANY] = [200, 1_000] as const;
const KIB = 1_024;
/** Until what a login needed for a moment is given back. */
const REST = 1_000;
const ROUNDS = 3;

/** Memory of devices that are logged in and silent; ours with both of their sockets. */
export async function idleSuite({ pairs }: Amount): Promise<Findings> {
  const registered = await registerUsers(MANY);
  try {
    return await inRounds({
      name: 'idle device',
      unit: 'KiB',
      ours: sottoRelay(registered),
      peers: [mosquitto, ejabberd, prosody],
      rounds: Math.min(pairs, ROUNDS),
      measure: memoryOfDevice,
    });
  } finally {
    registered.close();
  }
}

function memoryOfDevice(messenger: Messenger): Promise<number> {
  return visit(messenger, async ({ pid }, port) => {
    const memoryWith = async (first: number, count: number): Promise<[Crowd, number]> => {
      const crowd = new Crowd(messenger.dialect, port, count, first);
      await crowd.join();
      await pause(REST);
      return [crowd, memoryOfTree(pid)];
    };
    const [few, before] = await memoryWith(0, FEW);
    const [more, after] = await memoryWith(FEW, MANY - FEW);
    await Promise.all([few.leave(), more.leave()]);
    return (after - before) / (MANY - FEW) / KIB;
  });
}
