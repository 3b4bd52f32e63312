import { randomBytes } from '@sotto/crypto';
import {
  callRegistry,
  currentEpoch,
  type Hex,
  quorumOf,
  REMOVAL_REASON,
  type Removal,
  removeNode,
  signRemoval,
  type Vote,
  voteAccount,
  votesNeeded,
} from '@sotto/directory/chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EPOCH,
  REMOVED_LOCK,
  refusedFor,
  STAKE,
  startRegistry,
  type TestNode,
  type TestRegistry,
  votesOf,
} from './_registry.ts';

let registry: TestRegistry;
let nodes: TestNode[];
beforeAll(async () => {
  registry = await startRegistry();
  nodes = [];
  for (let count = 0; count < 14; count++) nodes.push(await registry.node());
  await registry.mine(2 * EPOCH);
});
afterAll(() => registry.close());

const { unreachable: reason } = REMOVAL_REASON;

async function removalOf(target: TestNode): Promise<Removal> {
  return { node: target.id, epoch: await currentEpoch(target.operator, registry.place.contract), reason };
}

function ballots(removal: Removal, over: Partial<Removal> = {}): Promise<readonly Vote[]> {
  return votesOf(registry, nodes, removal, (voter) =>
    signRemoval(voter, registry.place, { ...removal, ...over }),
  );
}

function remove(removal: Removal, votes: readonly Vote[]): Promise<void> {
  // Whoever sends it: an outsider who holds the votes.
  return removeNode(outsider().operator, registry.place.contract, { ...removal, votes });
}

/** The target must not be a test's own sender twice; the first node is never removed. */
function outsider(): TestNode {
  const [first] = nodes;
  if (first === undefined) throw new Error('no node');
  return first;
}

function takeTarget(): TestNode {
  const target = nodes.at(-1);
  if (target === undefined) throw new Error('no node');
  return target;
}

describe('the quorum of a node', () => {
  it('is ten of the others, others for each node and epoch', async () => {
    const { contract } = registry.place;
    const seen = new Set<string>();
    for (const target of nodes) {
      const quorum = await quorumOf(target.operator, contract, await removalOf(target));
      expect(new Set(quorum.map(({ id }) => id)).size).toBe(10);
      expect(quorum.map(({ id }) => id)).not.toContain(target.id);
      seen.add(String(quorum.map(({ id }) => id)));
    }
    expect(seen.size).toBe(nodes.length);
  });

  it('does not change when others come', async () => {
    const { contract } = registry.place;
    const removal = await removalOf(outsider());
    const before = (await quorumOf(outsider().operator, contract, removal)).map(({ id }) => id);
    await registry.node();
    expect((await quorumOf(outsider().operator, contract, removal)).map(({ id }) => id)).toEqual(before);
  });

  it('is known for the open epoch and the one before it only', async () => {
    const { contract } = registry.place;
    await registry.mine(2 * EPOCH);
    const { node, epoch } = await removalOf(outsider());
    const ask = (asked: bigint): Promise<unknown> =>
      quorumOf(outsider().operator, contract, { node, epoch: asked });
    await ask(epoch - 1n);
    for (const closed of [epoch + 1n, epoch - 2n]) {
      await expect(ask(closed)).rejects.toMatchObject(refusedFor('EpochNotOpen'));
    }
  });
});

describe('a removal', () => {
  it('needs seven votes of ten, each of another seat and of this quorum', async () => {
    const target = takeTarget();
    const removal = await removalOf(target);
    const votes = await ballots(removal);
    expect(votesNeeded(10)).toBe(7);
    expect(votes.length).toBeGreaterThanOrEqual(9);
    const seven = votes.slice(0, 7);
    await expect(remove(removal, votes.slice(0, 6))).rejects.toMatchObject(refusedFor('TooFewVotes'));
    const [first] = seven as [Vote];
    const twice = [first, ...seven.slice(0, 6)];
    await expect(remove(removal, twice)).rejects.toMatchObject(refusedFor('VotesNotAscending'));
    const second = seven[1]?.seat ?? 0;
    const sameVoter = seven.map((vote) =>
      vote.seat === second ? { ...vote, signature: first.signature } : vote,
    );
    await expect(remove(removal, sameVoter)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
    const stranger = await signRemoval(voteAccount(randomBytes(32)), registry.place, removal);
    const foreign = [{ ...first, signature: stranger }, ...seven.slice(1)];
    await expect(remove(removal, foreign)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
    const noSuchSeat = [...seven.slice(0, 6), { seat: 10, signature: stranger }];
    await expect(remove(removal, noSuchSeat)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
    const empty = seven.map((vote) => ({ ...vote, signature: '0x' as Hex }));
    await expect(remove(removal, empty)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
  });

  it('takes no vote that was made for another node, epoch, reason, chain or contract', async () => {
    const target = takeTarget();
    const removal = await removalOf(target);
    for (const over of [
      { node: outsider().id },
      { epoch: removal.epoch - 1n },
      { reason: REMOVAL_REASON.badProof },
    ]) {
      const votes = (await ballots(removal, over)).slice(0, 7);
      await expect(remove(removal, votes)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
    }
    for (const place of [
      { ...registry.place, chainId: 1 },
      { ...registry.place, contract: outsider().operator.account.address },
    ]) {
      const votes = await votesOf(registry, nodes, removal, (voter) => signRemoval(voter, place, removal));
      await expect(remove(removal, votes.slice(0, 7))).rejects.toMatchObject(
        refusedFor('NotAVoteOfThisSeat'),
      );
    }
  });

  it('takes no twin of a signature', async () => {
    const removal = await removalOf(takeTarget());
    const votes = (await ballots(removal)).slice(0, 7);
    const twins = votes.map(({ seat, signature }) => ({ seat, signature: twinOf(signature) }));
    await expect(remove(removal, twins)).rejects.toMatchObject(refusedFor('NotAVoteOfThisSeat'));
  });

  it('takes the node off the list and keeps its stake for a while, from nobody for good', async () => {
    const { contract } = registry.place;
    const target = takeTarget();
    const address = target.operator.account.address;
    const removal = await removalOf(target);
    await remove(removal, (await ballots(removal)).slice(0, 7));
    nodes.pop();
    const reading = await registry.read();
    const ids = reading.outcome === 'read' ? reading.directory.registered.map(({ id }) => id) : [];
    expect(ids).toHaveLength(14);
    expect(ids).not.toContain(target.id);
    const withdraw = (): Promise<void> =>
      callRegistry(target.operator, contract, { name: 'withdraw', node: target.id });
    await expect(withdraw()).rejects.toMatchObject(refusedFor('TooEarly'));
    await registry.pass(REMOVED_LOCK - 60);
    await expect(withdraw()).rejects.toMatchObject(refusedFor('TooEarly'));
    await registry.pass(61);
    await withdraw();
    expect(await registry.balance(address)).toBe(10n * STAKE);
    await expect(remove(removal, await ballots(await removalOf(outsider())))).rejects.toMatchObject(
      refusedFor('NotActive'),
    );
  });

  it('is one in an epoch for so few nodes, so that one bent draw empties no list', async () => {
    await registry.mine(2 * EPOCH);
    const [one, other] = [nodes.at(-1), nodes.at(-2)];
    if (one === undefined || other === undefined) throw new Error('no node');
    const { epoch } = await removalOf(one);
    const first = { node: one.id, epoch, reason };
    await remove(first, (await ballots(first)).slice(0, 7));
    nodes.pop();
    const second = { node: other.id, epoch, reason };
    await expect(remove(second, (await ballots(second)).slice(0, 7))).rejects.toMatchObject(
      refusedFor('TooManyRemovals'),
    );
  });
});

it('asks two of three nodes, and leaves two alone', async () => {
  const small = await startRegistry();
  try {
    const three = [await small.node(), await small.node(), await small.node()] as const;
    await small.mine(2 * EPOCH);
    const [, , target] = three;
    const { contract } = small.place;
    const removal = { node: target.id, epoch: await currentEpoch(target.operator, contract), reason };
    const votes = await votesOf(small, three, removal, (voter) => signRemoval(voter, small.place, removal));
    expect(votes).toHaveLength(2);
    const send = (all: readonly Vote[], what: Removal): Promise<void> =>
      removeNode(three[0].operator, contract, { ...what, votes: all });
    await expect(send(votes.slice(0, 1), removal)).rejects.toMatchObject(refusedFor('TooFewVotes'));
    await send(votes, removal);
    await small.mine(2 * EPOCH);
    const next = { ...removal, node: three[1].id, epoch: await currentEpoch(target.operator, contract) };
    const alone = await votesOf(small, three, next, (voter) => signRemoval(voter, small.place, next));
    expect(alone).toHaveLength(1);
    await expect(send(alone, next)).rejects.toMatchObject(refusedFor('QuorumTooSmall'));
  } finally {
    await small.close();
  }
});

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The other signature that ECDSA accepts for the same text and key. */
function twinOf(signature: Hex): Hex {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? '1c' : '1b';
  return `0x${signature.slice(2, 66)}${s.toString(16).padStart(64, '0')}${v}`;
}
