import type { RoadStatus } from '@sotto/client';
import { describe, expect, it } from 'vitest';
import { roadValue, roadValues } from './to-values.ts';

const ROADS: readonly RoadStatus[] = (['relay', 'onion'] as const).map((road) => ({
  road,
  state: 'connecting',
  drained: false,
  health: 'unhealthy',
}));

describe('roads as they are shown', () => {
  it('say of the onion road alone why it carries nothing', () => {
    const [relay, onion] = roadValues(ROADS, { trouble: 'no-guard' });
    expect(relay).not.toHaveProperty('problem_code');
    expect(onion).toMatchObject({ problem_code: 'no-guard', problem: expect.stringContaining('guards') });
  });

  it('say of the relay that another server answers in its place, also while mail comes in', () => {
    const [, onion] = ROADS;
    const relay: RoadStatus = {
      road: 'relay',
      state: 'up',
      drained: true,
      health: 'healthy',
      distrust: 'wrong-key',
    };
    expect(roadValues([relay, ...(onion ? [onion] : [])], { trouble: undefined })).toEqual([
      expect.objectContaining({
        problem_code: 'wrong-relay-key',
        problem: expect.stringContaining('somebody may stand in between'),
      }),
      expect.not.objectContaining({ problem_code: expect.anything() }),
    ]);
    expect(roadValue({ ...relay, distrust: 'untrusted' })).toMatchObject({ problem_code: 'untrusted-relay' });
  });

  it('say nothing of it when nothing is wrong', () => {
    for (const road of roadValues(ROADS, { trouble: undefined })) {
      expect(road).not.toHaveProperty('problem');
      expect(road).not.toHaveProperty('problem_code');
    }
  });
});
