import { COMMAND_NAMES } from '@sotto/local-api';
import { expect, it } from 'vitest';
import { BY_ITSELF, WHILE_LOCKED } from './page-commands.ts';
import { ScreenLock } from './screen-lock.ts';

it('is overdue a minute after a page would have locked, and never with 0 minutes', () => {
  let now = 0;
  const lock = new ScreenLock(() => now);
  now = 6 * 60_000;
  expect([lock.isOverdue(5), lock.isOverdue(0)]).toEqual([false, false]);
  now += 1;
  expect([lock.isOverdue(5), lock.isOverdue(0)]).toEqual([true, false]);
  lock.touch();
  expect(lock.isOverdue(5)).toBe(false);
  now += 10 * 60_000;
  lock.lock();
  expect(lock.locked).toBe(true);
  lock.unlock();
  expect([lock.locked, lock.isOverdue(5)]).toEqual([false, false]);
});

it('is put off by what somebody does, and not by what pages do by themselves', () => {
  const done = COMMAND_NAMES.filter((name) => !BY_ITSELF.has(name));
  expect(done).toEqual(
    expect.arrayContaining(['app.touch', 'send', 'chats.draft', 'chats.typing', 'search', 'settings.change']),
  );
  for (const name of ['status', 'chats.list', 'chats.read', 'events.subscribe', 'settings.read'] as const) {
    expect(BY_ITSELF.has(name)).toBe(true);
  }
  expect([...WHILE_LOCKED].toSorted()).toEqual(['app.lock', 'app.state', 'app.unlock', 'words.list']);
});
