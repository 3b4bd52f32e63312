import { describe, expect, it } from 'vitest';
import { createEvents } from './events.ts';

describe('the log', () => {
  it('names a failure without its words, once a second', () => {
    const lines: string[] = [];
    let now = 0;
    const events = createEvents(
      (line) => lines.push(line),
      () => now,
    );
    const error = Object.assign(new Error('mailbox 05aabb'), {
      code: 'not-committed',
      cause: new TypeError('secret'),
    });
    for (let index = 0; index < 100; index++) events.failed(error);
    now = 1_000;
    events.failed(error);
    expect(lines).toEqual(
      Array.from({ length: 2 }, () => 'storage node internal-error Error not-committed < TypeError'),
    );
    expect(events.totals()).toEqual({ 'internal-error': 101 });
  });

  it('writes what happens to the node, and counts what happens to requests', () => {
    const lines: string[] = [];
    const events = createEvents((line) => lines.push(line));
    events.count('started');
    events.count('message-stored', 3);
    expect(lines).toEqual(['storage node started']);
    expect(events.totals()).toEqual({ started: 1, 'message-stored': 3 });
  });
});
