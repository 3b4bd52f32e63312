import { type Bytes, toHex } from '@sotto/bytes';
import { decodeSignedList, swarmFor } from '@sotto/directory';
import { type OwnNetwork, type OwnNode, startNetwork } from '../nodes/network.ts';
import type { NodeRunner } from '../nodes/run-node.ts';
import { type AwayClient, awayClient, type Guards } from './away-client.ts';
import { choices } from './choices.ts';
import { findHolders, isHeld, isInReach } from './reach.ts';
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
/** One in twelve is cut off, so that all of these are once in a billion losses. */
const MOST_CLIENTS = 8;

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
      await collectAll({ network, client, verdict }, verdict.durable, `without ${gone.join()}`);
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
      await collectAll({ network, client, verdict }, expected, `lost ${gone.join()}`);
      progress?.(index + 1, lost.length);
    }
    return verdict.count();
  } finally {
    await client.close();
    await network.close();
  }
}

interface Collecting {
  readonly network: OwnNetwork;
  readonly client: AwayClient;
  readonly verdict: Verdict;
}

/**
 * By one client after the other, until one was not cut off. Of four guards three may be among the dead, and the
 * fourth is not asked for mail by way of itself: what it alone has is out of such a client's reach until a node
 * comes back. Nothing else may be.
 */
async function collectAll(
  { network, client, verdict }: Collecting,
  expected: readonly string[],
  how: string,
): Promise<void> {
  const up = network.swarms.flat().filter(({ isUp }) => isUp);
  const addresses = new Set(up.map(({ listed }) => listed.ip));
  const members = membersOf(network).filter(({ isUp }) => isUp);
  const holders = await findHolders(members, client.mailbox);
  const isReached = (text: string, guards: Guards): boolean =>
    isInReach(
      text,
      holders,
      guards.filter((guard) => addresses.has(guard)),
    );
  for (let tried = 1; ; tried++) {
    const { texts, guards } = await client.collect(expected, PATIENCE, (chosen, lacking) =>
      lacking.every((text) => !isReached(text, chosen)),
    );
    const lacking = expected.filter((text) => !texts.includes(text));
    const cutOff =
      lacking.length > 0 && lacking.every((text) => isHeld(text, holders) && !isReached(text, guards));
    verdict.client({ cutOff });
    if (cutOff && tried < MOST_CLIENTS) continue;
    const where = (text: string): string => (isHeld(text, holders) ? 'not collected' : 'on no disk');
    verdict.came(texts, expected, (text) => `${how}, ${where(text)}`);
    return;
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
