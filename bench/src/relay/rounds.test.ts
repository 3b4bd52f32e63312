import { expect, it } from 'vitest';
import { floorDialect } from '../load/floor-dialect.ts';
import type { Messenger } from '../peers/peer.ts';
import { inRounds } from './rounds.ts';

const messenger = (name: string, version?: string): Messenger => ({
  name,
  dialect: floorDialect,
  find: () => version,
  start: () => Promise.reject(new Error('not started here')),
});

it('gives everybody a turn, and none to what is missing or has failed', async () => {
  const [ours, quick, liar] = [messenger('ours', '1'), messenger('quick', '2'), messenger('liar', '3')];
  const order: string[] = [];
  const { figures, absences, notes } = await inRounds({
    name: 'x',
    unit: 's',
    ours,
    peers: [quick, liar, messenger('absent')],
    rounds: 2,
    measure: async ({ name }) => {
      order.push(name);
      if (name === 'liar') throw new Error('a message was lost');
      return order.length;
    },
  });
  expect(order).toEqual(['ours', 'quick', 'liar', 'quick', 'ours']);
  expect(figures).toEqual([{ name: 'x', unit: 's', peer: 'quick 2', ours: [1, 5], theirs: [2, 4] }]);
  expect(absences).toEqual([
    { figure: 'x', peer: 'absent', why: 'not installed' },
    { figure: 'x', peer: 'liar', why: 'a message was lost' },
  ]);
  expect(notes).toEqual(['absent: not installed, skipped', 'x: liar has no figure: a message was lost']);
});
