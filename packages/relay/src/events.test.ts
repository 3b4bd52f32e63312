import { describe, expect, it } from 'vitest';
import { createEvents } from './events.ts';

describe('events', () => {
  it('write the kind of a failure and nothing that its message may quote', () => {
    const lines: string[] = [];
    const events = createEvents((line) => lines.push(line));
    const cause = Object.assign(new TypeError('key of 01234567-89ab is 5f5f'), { code: 'EBAD' });
    events.failed(new Error('while serving 10.1.2.3', { cause }));
    events.failed('a text');
    expect(lines).toEqual(['relay internal-error Error < TypeError EBAD', 'relay internal-error string']);
    events.count('message-stored', 3);
    expect(events.totals()).toEqual({ 'internal-error': 2, 'message-stored': 3 });
  });
});
