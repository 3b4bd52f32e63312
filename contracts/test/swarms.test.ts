import { equalBytes } from '@sotto/bytes';
import { type ChainDirectory, callRegistry, readRegistry } from '@sotto/directory/chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, EXIT_DELAY, startRegistry, type TestNode, type TestRegistry } from './_registry.ts';

/** Swarms as readers of a chain come to them, who begin at different times. */

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

async function read(known?: ChainDirectory): Promise<ChainDirectory> {
  const reading = await readRegistry({ source: registry.source, ask, ...(known && { known }) });
  if (reading.outcome !== 'read') throw new Error('not read');
  return reading.directory;
}

async function leave({ operator, id }: TestNode): Promise<void> {
  const { contract } = registry.place;
  await callRegistry(operator, contract, { name: 'requestExit', node: id });
  await registry.pass(EXIT_DELAY + 1);
  await callRegistry(operator, contract, { name: 'finishExit', node: id });
}

function sizes({ nodes }: ChainDirectory): readonly number[] {
  const counted = new Map<bigint, number>();
  for (const { swarm } of nodes) counted.set(swarm, (counted.get(swarm) ?? 0) + 1);
  return [...counted.values()].sort();
}

describe('the swarms that a registry gives', () => {
  it('are the same for whoever has followed it from the start and whoever begins now', async () => {
    const nodes: TestNode[] = [];
    let following = await read();
    for (let count = 0; count < 14; count++) {
      nodes.push(await registry.node());
      following = await read(following);
      if (count === 12) expect(sizes(following)).toEqual([13]);
    }
    expect(sizes(following)).toEqual([7, 7]);
    expect((await read()).nodes).toEqual(following.nodes);

    const half = following.nodes.filter(({ swarm }) => swarm === following.nodes[0]?.swarm);
    const leaving = nodes.filter(({ pair }) =>
      half.some(({ ed25519 }) => equalBytes(ed25519, pair.publicKey)),
    );
    for (const node of leaving.slice(0, 5)) {
      await leave(node);
      following = await read(following);
      expect((await read()).nodes).toEqual(following.nodes);
      // One that has too few is given of what the other has beyond five.
      if (following.nodes.length === 11) expect(sizes(following)).toEqual([5, 6]);
    }
    // Nine are not enough for two.
    expect(sizes(following)).toEqual([9]);
  });
});
