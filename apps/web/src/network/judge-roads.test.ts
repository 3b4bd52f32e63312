import type { RoadStatusValue } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { dotOf, reachOf, troubleOf, wayOf } from './judge-roads.ts';

type Condition = 'well' | 'ill' | 'coming' | 'down' | 'stopped' | 'absent';

const CONDITIONS = {
  well: { state: 'up', healthy: true },
  ill: { state: 'up', healthy: false },
  coming: { state: 'connecting', healthy: true },
  down: { state: 'connecting', healthy: false },
  stopped: { state: 'stopped', healthy: false },
  absent: { state: 'not-started', healthy: true },
} as const;

const one = (road: 'relay' | 'onion', condition: Condition, more = {}): RoadStatusValue => ({
  road,
  stop: null,
  drained: true,
  ...CONDITIONS[condition],
  ...more,
});
const both = (relay: Condition, onion: Condition) => [one('relay', relay), one('onion', onion)];

describe('a road', () => {
  it('is told apart by what it is and how it answers', () => {
    for (const condition of Object.keys(CONDITIONS) as Condition[]) {
      expect(reachOf([one('relay', condition)], 'relay')).toBe(condition);
    }
    expect(reachOf([one('relay', 'well')], 'onion')).toBe('absent');
  });

  it('counts as well when its owner says nothing of its health', () => {
    expect(reachOf([{ road: 'relay', state: 'up', stop: null, drained: true }], 'relay')).toBe('well');
  });
});

describe('the dot', () => {
  it.each([
    ['well', 'well', 'all'],
    ['well', 'down', 'some'],
    ['ill', 'well', 'some'],
    ['coming', 'down', 'none'],
    ['absent', 'well', 'all'],
    ['absent', 'absent', 'none'],
  ] as const)('says of a relay that is %s and an onion road that is %s: %s', (relay, onion, dot) => {
    expect(dotOf(both(relay, onion))).toBe(dot);
  });
});

describe('the banner', () => {
  it.each([
    ['well', 'well', undefined],
    ['absent', 'absent', undefined],
    ['down', 'well', 'relay-down'],
    ['ill', 'well', 'relay-down'],
    ['well', 'down', 'onion-down'],
    ['down', 'coming', 'all-down'],
    ['down', 'absent', 'only-relay-down'],
    ['well', 'absent', undefined],
    ['absent', 'down', 'only-onion-down'],
    ['absent', 'well', undefined],
  ] as const)('tells of a relay that is %s and an onion road that is %s: %s', (relay, onion, trouble) => {
    expect(troubleOf(both(relay, onion), false)).toBe(trouble);
  });

  it('does not promise that messages go on by a relay behind the onion network', () => {
    expect(troubleOf(both('well', 'down'), false, 'onion')).toBe('both-behind-onion');
    expect(troubleOf(both('well', 'well'), false, 'onion')).toBeUndefined();
    expect(troubleOf(both('down', 'well'), false, 'onion')).toBe('relay-down');
  });

  it('tells of another device before anything else', () => {
    expect(troubleOf(both('well', 'well'), true)).toBe('replaced');
    const elsewhere = [one('relay', 'stopped', { stop: 'connected-elsewhere' }), one('onion', 'down')];
    expect(troubleOf(elsewhere, false)).toBe('elsewhere');
    expect(troubleOf(elsewhere, true)).toBe('replaced');
  });

  it('tells of a relay with another key before it tells what goes on without it', () => {
    const relay = (condition: Condition, problem_code: string) => one('relay', condition, { problem_code });
    expect(troubleOf([relay('down', 'wrong-relay-key'), one('onion', 'well')], false)).toBe(
      'wrong-relay-key',
    );
    expect(troubleOf([relay('well', 'untrusted-relay')], false)).toBe('untrusted-relay');
    expect(troubleOf([one('relay', 'well'), one('onion', 'down', { problem_code: 'no-path' })], false)).toBe(
      'onion-down',
    );
  });

  it('says nothing before anything is known', () => {
    expect(troubleOf([], false)).toBeUndefined();
  });
});

describe('the way of a chat', () => {
  const hops = [1, 2, 3].map((at) => ({ ip: `127.0.0.${at}`, key: 'ab' }));
  const measured = [
    one('relay', 'well', { latency_ms: 12.4 }),
    one('onion', 'well', { latency_ms: 90, paths: [{ purpose: 'ask', hops }] }),
  ];

  it('names the latency of the relay and the hops of the onion road', () => {
    expect(wayOf({ road: 'relay' }, measured)).toEqual({ by: 'relay', auto: false, ms: 12 });
    expect(wayOf({ road: 'onion' }, measured)).toEqual({ by: 'onion', auto: false, hops: 3 });
    expect(wayOf({ road: 'auto' }, measured)).toEqual({ by: 'relay', auto: true, ms: 12 });
  });

  it('is the stricter of both wishes', () => {
    expect(wayOf({ road: 'auto', effective_road: 'onion' }, measured)).toMatchObject({ by: 'onion' });
  });

  it.each([
    ['down', 'well', { by: 'onion', auto: true }],
    ['ill', 'well', { by: 'onion', auto: true }],
    ['ill', 'down', { by: 'relay', auto: true }],
    ['coming', 'well', { waitsFor: 'auto', coming: true }],
    ['down', 'down', { waitsFor: 'auto', coming: false }],
    ['down', 'coming', { waitsFor: 'auto', coming: true }],
    ['stopped', 'stopped', { waitsFor: 'auto', coming: false }],
    ['absent', 'well', { by: 'onion', auto: false }],
    ['well', 'absent', { by: 'relay', auto: false }],
  ] as const)('by itself, with a relay that is %s and an onion road that is %s', (relay, onion, way) => {
    expect(wayOf({ road: 'auto' }, both(relay, onion))).toEqual(way);
  });

  it.each([
    ['well', 'well', 'auto', { by: 'relayAfar', auto: true }],
    ['well', 'down', 'auto', { waitsFor: 'relayAfar', coming: false }],
    ['well', 'coming', 'relay', { waitsFor: 'relayAfar', coming: true }],
    ['down', 'well', 'auto', { by: 'onion', auto: true }],
    ['down', 'well', 'relay', { waitsFor: 'relay', coming: false }],
    ['well', 'well', 'onion', { by: 'onion', auto: false }],
  ] as const)(
    'to a relay asked through the onion network, with one that is %s and the other %s, by wish %s',
    (relay, onion, road, way) => {
      expect(wayOf({ road }, both(relay, onion), 'onion')).toEqual(way);
    },
  );

  it('never leaves the onion road for the relay', () => {
    for (const onion of ['down', 'coming', 'stopped', 'absent'] as const) {
      expect(wayOf({ road: 'onion' }, both('well', onion))).toEqual({
        waitsFor: 'onion',
        coming: onion === 'coming',
      });
    }
  });
});
