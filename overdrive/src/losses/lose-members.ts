import { type Bytes, toHex } from '@sotto/bytes';
import { decodeSignedList, swarmFor } from '@sotto/directory';
import { type OwnNetwork, type OwnNode, startNetwork } from '../nodes/network.ts';
import type { NodeRunner } from '../nodes/run-node.ts';
import { type AwayClient, awayClient } from './away-client.ts';
import { choices } from './choices.ts';
import { DURABLE, type LossCount, Verdict } from './verdict.ts';

const MEMBERS = 7;
const LOST = 4;
/** Nodes of another swarm, so that there are paths whoever is lost. */
const OTHERS = 4;

export interface LossTerms {
  readonly run: NodeRunner;
  /** Members that are up while a message is stored. */
  readonly stored: readonly (readonly number[])[];
  /** Members that are gone when somebody collects. */
  readonly lost: readonly (readonly number[])[];
  readonly progress?: (done: number, of: number) => void;
}

/** Each choice of as many as make a message durable, and of fewer, which must not be taken for enough. */
export const ALL_STORES = [DURABLE, 4, 3, 2].flatMap((count) => choices(MEMBERS, count));
export const ALL_LOSSES = choices(MEMBERS, LOST);

/** Long: who is gone has to be found out by asking. */
const PATIENCE = 90_000;
const MOST_STORES = 10;

/**
 * Store a message with each choice of members up, and then do without each choice of members: a client that was
 * away must get from those that are left, once, everything that was called durable.
 */
export async function loseMembers({ run, stored, lost, progress }: LossTerms): Promise<LossCount> {
  const network = await startNetwork([MEMBERS, OTHERS], run);
  const client = await clientOf(network);
  const verdict = new Verdict();
  try {
    for (const up of stored) {
      await runOnly(membersOf(network), (member) => up.includes(member));
      const text = `stored while ${up.join()} were up`;
      const outcome = await storeAs(client, text, up.length);
      verdict.stored(text, outcome, up.length);
    }
    for (const [index, gone] of lost.entries()) {
      await runOnly(membersOf(network), (member) => !gone.includes(member));
      const came = await client.collect(verdict.durable, PATIENCE);
      verdict.came(came, verdict.durable, `without ${gone.join()}`);
      progress?.(index + 1, lost.length);
    }
    return verdict.count();
  } finally {
    await client.close();
    await network.close();
  }
}

/**
 * The same with the disks of those that are lost, so with one message for each loss; the stores take turns.
 * Who was lost comes back empty before the next one.
 */
export async function loseDisks({ run, stored, lost, progress }: LossTerms): Promise<LossCount> {
  const network = await startNetwork([MEMBERS, OTHERS], run);
  const client = await clientOf(network);
  const members = membersOf(network);
  const verdict = new Verdict();
  try {
    for (const [index, gone] of lost.entries()) {
      const up = stored[index % stored.length] ?? [];
      await runOnly(members, (member) => up.includes(member));
      const text = `stored while ${up.join()} were up, ${index}`;
      const outcome = await storeAs(client, text, up.length);
      verdict.stored(text, outcome, up.length);
      await runOnly(members, () => true);
      await Promise.all(members.map((node, member) => (gone.includes(member) ? node.lose() : undefined)));
      const expected = verdict.durable.filter((each) => each === text);
      verdict.came(await client.collect(expected, PATIENCE), expected, `lost ${gone.join()}`);
      progress?.(index + 1, lost.length);
    }
    return verdict.count();
  } finally {
    await client.close();
    await network.close();
  }
}

/** As an outbox does: again, while fewer than should have signed for it; on a busy machine one may be late. */
async function storeAs(client: AwayClient, text: string, up: number): Promise<string> {
  for (let tried = 1; ; tried++) {
    const { outcome } = await client.receive(text);
    if (outcome === 'stored' || up < DURABLE || tried >= MOST_STORES) return outcome;
  }
}

function membersOf({ swarms }: OwnNetwork): readonly OwnNode[] {
  return swarms[0] ?? [];
}

/** Start and stop what has to be. */
async function runOnly(members: readonly OwnNode[], up: (member: number) => boolean): Promise<void> {
  await Promise.all(members.map((node, member) => (up(member) ? node.start() : node.stop())));
}

function clientOf(network: OwnNetwork): Promise<AwayClient> {
  const { list } = decodeSignedList(network.directory);
  const own = membersOf(network).map(({ listed }) => toHex(listed.ed25519));
  const isOurs = (key: Bytes) =>
    swarmFor(list, key).nodes.every(({ ed25519 }) => own.includes(toHex(ed25519)));
  return awayClient(network.directory, isOurs);
}
