import type { ChatItemValue } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { lineOf } from './lines.ts';

const noon = new Date(2026, 10, 28, 12).getTime();
const MINUTE = 60_000;
type Text = Extract<ChatItemValue, { kind: 'text' }>;
let sequence = 0;
const text = (sent_at: number, more: Partial<Text> = {}): Text => ({
  kind: 'text',
  sequence: ++sequence,
  id: String(sequence),
  direction: 'in',
  text: 'text',
  state: 'received',
  road: 'relay',
  sent_at,
  request: false,
  ...more,
});
const between = (before: ChatItemValue | undefined, item: ChatItemValue, after?: ChatItemValue) =>
  lineOf({ before, item, after, hasBefore: false, unreadFrom: undefined });

describe('the lines of a chat', () => {
  it('stand together when one person writes within five minutes', () => {
    const one = text(noon);
    expect(between(one, text(noon + 5 * MINUTE)).first).toBe(false);
    expect(between(one, text(noon + 5 * MINUTE + 1)).first).toBe(true);
    expect(between(one, text(noon + MINUTE, { direction: 'out' })).first).toBe(true);
    expect(between(undefined, one, text(noon + MINUTE)).last).toBe(false);
  });

  it('begin a day with its name, also within five minutes', () => {
    const late = text(new Date(2026, 10, 27, 23, 59).getTime());
    const early = text(new Date(2026, 10, 28, 0, 1).getTime());
    expect(between(late, early)).toMatchObject({ day: true, first: true });
    expect(between(undefined, early).day).toBe(true);
    expect(between(early, text(noon)).day).toBe(false);
  });

  it('have no heading above the first in memory while older ones may come', () => {
    const item = text(noon);
    expect(
      lineOf({ before: undefined, item, after: undefined, hasBefore: true, unreadFrom: undefined }).day,
    ).toBe(false);
  });

  it('part where the unread ones begin', () => {
    const [one, two] = [text(noon), text(noon + 1)];
    const around = { hasBefore: false, unreadFrom: two.sequence };
    expect(lineOf({ before: one, item: two, after: undefined, ...around })).toMatchObject({
      unread: true,
      first: true,
    });
    expect(lineOf({ before: undefined, item: one, after: two, ...around }).last).toBe(true);
  });

  it('part around a gap', () => {
    const gap: ChatItemValue = { kind: 'gap', sequence: 99, id: 'gap', missing: 2, received_at: noon };
    expect(between(gap, text(noon)).first).toBe(true);
    expect(between(undefined, text(noon), gap).last).toBe(true);
  });

  it('leave time and state to the next that says the same', () => {
    const one = text(noon);
    expect(between(undefined, one, text(noon + 1)).quiet).toBe(true);
    expect(between(undefined, one, text(noon + MINUTE)).quiet).toBe(false);
    expect(between(undefined, one, text(noon + 1, { road: 'onion' })).quiet).toBe(false);
    const failed = text(noon, { direction: 'out', state: 'failed' });
    expect(between(undefined, failed, text(noon, { direction: 'out', state: 'failed' })).quiet).toBe(false);
  });
});
