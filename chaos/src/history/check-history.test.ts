import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history.ts';
import type { Entry } from './entry.ts';
import type { Happened } from './history-log.ts';

const timed = (happened: readonly Happened[]): Entry[] =>
  happened.map((one, at) => ({ at, ...one }) as Entry);

const run = (may_lose = false): Happened => ({ event: 'run', seed: 1, may_lose, plan: null });
const invoked = (number: number, more: { from?: string; to?: string; cause?: string } = {}): Happened => ({
  event: 'invoked',
  op: `op${number}`,
  from: 'alice',
  to: 'bob',
  text: `text ${number}`,
  ...more,
});
const acknowledged = (number: number): Happened => ({
  event: 'acknowledged',
  op: `op${number}`,
  id: `id${number}`,
});
const unsure = (number: number): Happened => ({ event: 'unsure', op: `op${number}`, why: 'killed' });
const refused = (number: number): Happened => ({ event: 'refused', op: `op${number}`, why: 'outbox-full' });
const shown = (number: number, more: { who?: string; from?: string; text?: string } = {}): Happened => ({
  event: 'shown',
  who: 'bob',
  from: 'alice',
  text: `text ${number}`,
  id: `id${number}`,
  ...more,
});
const gap = (missing: number): Happened => ({ event: 'gap', who: 'bob', from: 'alice', missing, id: 'g' });
const sent = (number: number) => [invoked(number), acknowledged(number)];
const ended: Happened = { event: 'ended' };
const line = (
  who: string,
  direction: 'in' | 'out' | 'gap',
  text: string,
  state = direction === 'out' ? 'sent' : 'received',
): Happened => ({
  event: 'line',
  ...{ who, with: who === 'bob' ? 'alice' : 'bob', direction, id: text, text, state },
});

const kinds = (...happened: Happened[]) =>
  checkHistory(timed([run(), ...happened, ended])).map(({ kind, op }) =>
    op === undefined ? kind : `${kind} ${op}`,
  );

describe('a history', () => {
  it('is right when everything acknowledged is shown once and in order', () => {
    expect(kinds(...sent(1), ...sent(2), shown(1), shown(2))).toEqual([]);
  });

  it('is right when what was cut off is shown, or is not', () => {
    expect(kinds(invoked(1), unsure(1), invoked(2), unsure(2), ...sent(3), shown(2), shown(3))).toEqual([]);
  });

  it('lacks what was acknowledged and never shown', () => {
    expect(kinds(...sent(1), ...sent(2), shown(2))).toEqual(['lost op1']);
  });

  it('lacks it also when a gap tells so, unless servers were damaged', () => {
    const happened = [...sent(1), ...sent(2), gap(1), shown(2)];
    expect(kinds(...happened)).toEqual(['lost op1']);
    expect(checkHistory(timed([run(true), ...happened, ended]))).toEqual([]);
  });

  it('of damaged servers lacks what no gap stands for', () => {
    const happened = [run(true), ...sent(1), ...sent(2), ...sent(3), gap(1), shown(3), ended];
    expect(checkHistory(timed(happened))).toMatchObject([{ kind: 'lost' }]);
  });

  it('may not show anything twice', () => {
    expect(kinds(...sent(1), shown(1), shown(1))).toEqual(['doubled op1']);
    expect(kinds(invoked(1), unsure(1), shown(1), shown(1))).toEqual(['doubled op1']);
  });

  it('may not show what was sent later first', () => {
    expect(kinds(...sent(1), ...sent(2), shown(2), shown(1))).toEqual(['disordered op1']);
    expect(kinds(invoked(1), unsure(1), ...sent(2), shown(2), shown(1))).toEqual(['disordered op1']);
  });

  it('may show late what a gap stood for, and as many as it stood for', () => {
    expect(kinds(...sent(1), ...sent(2), gap(1), shown(2), shown(1))).toEqual([]);
    expect(kinds(...sent(1), ...sent(2), ...sent(3), gap(1), shown(3), shown(1), shown(2))).toEqual([
      'disordered op2',
    ]);
  });

  it('may not tell of a gap where nothing is missing', () => {
    expect(kinds(...sent(1), ...sent(2), shown(1), gap(1), shown(2))).toEqual(['false-gap']);
  });

  it('may tell of a gap for what was cut off after it was written down', () => {
    expect(kinds(invoked(1), unsure(1), ...sent(2), gap(1), shown(2))).toEqual([]);
  });

  it('may show only what was written, to whom and as whose it was written', () => {
    expect(kinds(...sent(1), shown(1), shown(9))).toEqual(['altered']);
    expect(kinds(...sent(1), shown(1), shown(1, { who: 'carol' }))).toEqual(['misdirected op1']);
    expect(kinds(...sent(1), shown(1), shown(1, { from: 'carol' }))).toEqual(['misdirected op1']);
    expect(kinds(invoked(1), refused(1), shown(1))).toEqual(['invented op1']);
  });

  it('shows an answer after what it answers', () => {
    const own = { cause: 'op1' };
    expect(kinds(...sent(1), invoked(2, own), acknowledged(2), shown(1), shown(2))).toEqual([]);
    expect(kinds(...sent(1), invoked(2, own), acknowledged(2), shown(2), shown(1))).toContain('causal op2');
  });

  it('takes over what was found by looking closer', () => {
    expect(kinds({ event: 'finding', words: 'something else' })).toEqual(['finding']);
  });

  it('that was cut off proves nothing', () => {
    expect(checkHistory(timed([run(), ...sent(1), shown(1)]))).toMatchObject([{ kind: 'unfinished' }]);
  });
});

describe('chats at the end', () => {
  const both = [...sent(1), ...sent(2), shown(1), shown(2)];
  const ofAlice = [line('alice', 'out', 'text 1'), line('alice', 'out', 'text 2')];
  const ofBob = [line('bob', 'in', 'text 1'), line('bob', 'in', 'text 2')];

  it('are what was shown', () => {
    expect(kinds(...both, ...ofAlice, ...ofBob)).toEqual([]);
  });

  it('may not differ from what was shown', () => {
    expect(kinds(...both, ...ofAlice, line('bob', 'in', 'text 1'))).toEqual(['rewritten']);
    expect(kinds(...both, ...ofAlice, ...ofBob.toReversed())).toEqual(['rewritten']);
    expect(kinds(...both, ...ofAlice, ...ofBob, line('bob', 'gap', '1'))).toEqual(['rewritten']);
  });

  it('hold what was acknowledged, once, in order, and carried', () => {
    expect(kinds(...both, line('alice', 'out', 'text 2'), ...ofBob)).toEqual(['forgotten op1']);
    expect(kinds(...both, ...ofAlice.toReversed(), ...ofBob)).toEqual(['disordered op2']);
    expect(kinds(...both, ...ofAlice, line('alice', 'out', 'text 2'), ...ofBob)).toEqual(['doubled text 2']);
    expect(
      kinds(...both, line('alice', 'out', 'text 1', 'failed'), line('alice', 'out', 'text 2'), ...ofBob),
    ).toEqual(['stuck op1']);
  });

  it('have answers below what they answer', () => {
    const answer = [invoked(2, { from: 'bob', to: 'alice', cause: 'op1' }), acknowledged(2)];
    const seen = shown(2, { who: 'alice', from: 'bob' });
    const right = [line('alice', 'out', 'text 1'), line('alice', 'in', 'text 2')];
    const bobs = [line('bob', 'in', 'text 1'), line('bob', 'out', 'text 2')];
    expect(kinds(...sent(1), shown(1), ...answer, seen, ...right, ...bobs)).toEqual([]);
    expect(kinds(...sent(1), shown(1), ...answer, seen, ...right.toReversed(), ...bobs)).toEqual([
      'causal op2',
    ]);
  });
});
