import { describe, expect, it } from 'vitest';
import { forming } from '../test/_forming.ts';
import { nextChainSwarmId } from './chain-swarms.ts';

describe('the ID of one swarm more on the chain', () => {
  it.each(forming.nextId.cases)('beside $taken is $next', ({ taken, next }) => {
    expect(nextChainSwarmId(taken.map(BigInt).reverse())).toBe(BigInt(next));
  });
});
