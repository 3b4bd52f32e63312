import { describe, expect, it } from 'vitest';
import { createPublishing } from './publishing.ts';

describe('publishing', () => {
  it('begins nothing while the owner leaves, and goes on when they stay after all', async () => {
    const publishing = createPublishing();
    let published = 0;
    const publish = async () => ++published > 0;
    await publishing.stop();
    expect([await publishing.run(publish), published]).toEqual([false, 0]);
    publishing.resume();
    expect([await publishing.run(publish), published]).toEqual([true, 1]);
  });

  it('has ended when it is stopped, also when it fails', async () => {
    const publishing = createPublishing();
    const ends: (() => void)[] = [];
    const slow = publishing.run(() => new Promise((resolve) => ends.push(() => resolve(true))));
    const broken = publishing.run(
      () => new Promise((_, reject) => ends.push(() => reject(new Error('gone')))),
    );
    let stopped = false;
    const stopping = publishing.stop().then(() => {
      stopped = true;
    });
    ends[1]?.();
    await expect(broken).rejects.toThrow('gone');
    expect(stopped).toBe(false);
    ends[0]?.();
    expect(await slow).toBe(true);
    await stopping;
    expect(stopped).toBe(true);
  });
});
