import { describe, expect, it } from 'vitest';
import { nodesIn } from '../test/_lists.ts';
import { assignSwarm, newSwarmId } from './assign-swarm.ts';

const TOP = 2n ** 64n;

/** IDs as a network gets them, one swarm after the other. */
function grown(count: number): readonly bigint[] {
  const ids: bigint[] = [];
  while (ids.length < count) ids.push(newSwarmId({ nodes: nodesIn(ids) }));
  return ids;
}

describe('the swarm of a node that joins', () => {
  it('is 0 for the first', () => {
    expect(assignSwarm({ nodes: [] })).toBe(0n);
  });

  it('is the smallest, of equally small ones the lowest', () => {
    expect(assignSwarm({ nodes: nodesIn([0n, 0n, 7n]) })).toBe(7n);
    expect(assignSwarm({ nodes: nodesIn([7n, 9n, 0n]) })).toBe(0n);
    expect(assignSwarm({ nodes: nodesIn([7n, 9n, 0n, 0n]) })).toBe(7n);
  });

  it('never begins another swarm by itself', () => {
    expect(assignSwarm({ nodes: nodesIn(Array.from({ length: 30 }, () => 5n)) })).toBe(5n);
  });
});

describe('the ID of a new swarm', () => {
  it('halves the largest gap, the lowest first', () => {
    expect(grown(6)).toEqual([0n, TOP / 2n, TOP / 4n, (TOP / 4n) * 3n, TOP / 8n, (TOP / 8n) * 3n]);
  });

  it('is another for each swarm of a list that is still growing', () => {
    const nodes = [...nodesIn([])];
    for (let swarm = 0; swarm < 3; swarm++) nodes.push(...nodesIn([newSwarmId({ nodes })]));
    expect(nodes.map((node) => node.swarm)).toEqual([0n, TOP / 2n, TOP / 4n]);
  });

  it('goes around the end of the ring', () => {
    expect(newSwarmId({ nodes: nodesIn([TOP - 100n, TOP - 200n]) })).toBe(TOP / 2n - 150n);
  });

  it('is never the ID of no swarm', () => {
    expect(newSwarmId({ nodes: nodesIn([TOP / 2n - 1n]) })).toBe(TOP - 2n);
  });
});
