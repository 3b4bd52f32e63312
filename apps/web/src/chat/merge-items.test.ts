import type { ChatItemValue } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import {
  appendPage,
  dropItem,
  MAX_ITEMS,
  openWindow,
  patchFile,
  patchState,
  prependPage,
  putItem,
  refreshWindow,
} from './merge-items.ts';

const text = (sequence: number, words = `text ${sequence}`): Extract<ChatItemValue, { kind: 'text' }> => ({
  kind: 'text',
  sequence,
  id: `id ${sequence}`,
  direction: 'out',
  text: words,
  state: 'queued',
  road: null,
  sent_at: sequence,
  request: false,
});
const fileOf = (id: string) => ({
  ...{ id, direction: 'out' as const, place: 0, name: id, type: 'text/plain', size: 9 },
  ...{ state: 'sending', done: 0, readable: true },
});
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => text(from + at));
const page = (from: number, to: number, before = true, after = false) => ({
  items: run(from, to),
  has_before: before,
  has_after: after,
});
const sequences = ({ items }: { items: readonly ChatItemValue[] }) => items.map(({ sequence }) => sequence);

describe('pages of a chat', () => {
  it('come in front', () => {
    const window = prependPage(openWindow(page(11, 20)), page(1, 10, false));
    expect(sequences(window)).toEqual(sequences({ items: run(1, 20) }));
    expect(window.hasBefore).toBe(false);
  });

  it('that overlap bring nothing twice', () => {
    const window = prependPage(openWindow(page(11, 20)), page(5, 12));
    expect(sequences(window)).toEqual(sequences({ items: run(5, 20) }));
    expect(sequences(appendPage(window, page(18, 25)))).toEqual(sequences({ items: run(5, 25) }));
  });

  it('push out the far end', () => {
    const full = openWindow(page(1001, 1000 + MAX_ITEMS));
    const up = prependPage(full, page(901, 1000));
    expect(up.items).toHaveLength(MAX_ITEMS);
    expect(up.items[0]?.sequence).toBe(901);
    expect(up.hasAfter).toBe(true);
    const down = appendPage(full, page(1001 + MAX_ITEMS, 1100 + MAX_ITEMS));
    expect(down.items).toHaveLength(MAX_ITEMS);
    expect(down.items[0]?.sequence).toBe(1101);
    expect(down.hasBefore).toBe(true);
  });
});

describe('an item that comes', () => {
  it('goes to the end, or to its place', () => {
    const window = openWindow({ ...page(1, 3), items: [text(1), text(3)] });
    expect(sequences(putItem(window, text(4)))).toEqual([1, 3, 4]);
    expect(sequences(putItem(window, text(2)))).toEqual([1, 2, 3]);
    expect(sequences(putItem(openWindow(page(5, 4, false)), text(7)))).toEqual([7]);
  });

  it('replaces the one of its ID', () => {
    const changed = putItem(openWindow(page(1, 3)), text(2, 'changed'));
    expect(changed.items.map((item) => item.kind === 'text' && item.text)).toEqual([
      'text 1',
      'changed',
      'text 3',
    ]);
  });

  it('waits to be read where the window does not reach', () => {
    const window = openWindow(page(11, 20, true, true));
    expect(putItem(window, text(99))).toBe(window);
    expect(putItem(openWindow(page(11, 20)), text(3)).items).toHaveLength(10);
  });
});

describe('an item that was taken away', () => {
  it('comes back where it was, the first one too', () => {
    const window = openWindow(page(1, 3, false));
    for (const at of [1, 2, 3]) {
      const without = dropItem(window, `id ${at}`);
      expect(without.items).toHaveLength(2);
      expect(putItem(without, text(at))).toEqual(window);
    }
  });

  it('is another attempt when it has its place', () => {
    const again = putItem(openWindow(page(1, 3)), { ...text(2), id: 'another' });
    expect(again.items.map(({ id }) => id)).toEqual(['id 1', 'another', 'id 3']);
  });
});

describe('what became of a message', () => {
  it('is written where it stands, and old reasons go', () => {
    const window = putItem(openWindow(page(1, 3)), { ...text(2), problem_code: 'rejected', stored_on: 1 });
    const next = patchState(window, {
      event: 'message-state',
      id: 'id 2',
      chat: 'them',
      state: 'sent',
      road: 'onion',
      of: 3,
    });
    expect(next.items[1]).toEqual({ ...text(2), state: 'sent', road: 'onion', of: 3 });
    expect(next.items[0]).toBe(window.items[0]);
  });

  it('takes in how far a file has come, and leaves the others', () => {
    const [one, other] = [fileOf('one'), fileOf('other')];
    const window = putItem(openWindow(page(1, 3)), { ...text(2), files: [one, other] });
    const event = { event: 'file', account_id: 'them', id: 'id 2', file: { ...one, done: 7 } } as const;
    const next = patchFile(window, event).items[1];
    expect(next).toEqual({ ...text(2), files: [{ ...one, done: 7 }, other] });
    expect(patchFile(window, { ...event, id: 'id 1' })).toBe(window);
  });

  it('is nothing for a message that is not here', () => {
    const window = openWindow(page(1, 3));
    const event = { event: 'message-state', id: 'other', chat: 'x', state: 'sent', road: null } as const;
    expect(patchState(window, event)).toBe(window);
    expect(dropItem(window, 'other')).toBe(window);
    expect(sequences(dropItem(window, 'id 2'))).toEqual([1, 3]);
  });
});

describe('after a connection was lost', () => {
  it('the newest page is laid over what is here', () => {
    const window = refreshWindow(openWindow(page(1, 10, false)), page(6, 14));
    expect(sequences(window)).toEqual(sequences({ items: run(1, 14) }));
    expect(window.hasBefore).toBe(false);
  });

  it('the window begins anew when more came than a page holds', () => {
    expect(sequences(refreshWindow(openWindow(page(1, 10)), page(50, 60)))).toEqual(
      sequences({ items: run(50, 60) }),
    );
  });

  it('one that looks at old messages stays', () => {
    const window = openWindow(page(1, 10, true, true));
    expect(refreshWindow(window, page(50, 60))).toBe(window);
  });
});
