import type { RoadStatusValue } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { mergeRoad } from './merge-road.ts';

const up = (road: RoadStatusValue['road']) => ({ road, state: 'up', stop: null, drained: true }) as const;

describe('a road after an event', () => {
  it('keeps its paths and why nothing comes through the onion network', () => {
    const before = { ...up('onion'), paths: [], problem: 'words', problem_code: 'no-path' };
    expect(mergeRoad(before, up('onion'))).toEqual(before);
  });

  it('has the relay’s trouble of now, or none', () => {
    const troubled = { ...up('relay'), problem: 'words', problem_code: 'wrong-relay-key' };
    expect(mergeRoad(up('relay'), troubled)).toEqual(troubled);
    expect(mergeRoad(troubled, up('relay'))).toEqual(up('relay'));
    expect(mergeRoad(undefined, troubled)).toEqual(troubled);
  });
});
