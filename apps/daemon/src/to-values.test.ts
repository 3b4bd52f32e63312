import type { RoadStatus } from '@sotto/client';
import { describe, expect, it } from 'vitest';
import { roadValues } from './to-values.ts';

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

  it('say nothing of it when nothing is wrong', () => {
    for (const road of roadValues(ROADS, { trouble: undefined })) {
      expect(road).not.toHaveProperty('problem');
      expect(road).not.toHaveProperty('problem_code');
    }
  });
});
