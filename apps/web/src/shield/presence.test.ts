import { expect, it } from 'vitest';
import { IDLE_MS, Presence } from './presence.ts';

const HERE = { focused: true, visible: true };

it('is away as soon as the focus or the window is gone', () => {
  for (const gone of [
    { focused: false, visible: true },
    { focused: true, visible: false },
  ]) {
    const presence = new Presence(0);
    expect(presence.away).toBe(false);
    presence.look(gone);
    expect(presence.away).toBe(true);
  }
});

it('is back only with a sign of a person, not with the focus alone', () => {
  const presence = new Presence(0);
  presence.look({ focused: false, visible: true });
  presence.look(HERE);
  expect(presence.away).toBe(true);
  presence.sign(10);
  expect(presence.away).toBe(false);
});

it('does not take a pointer that passes over a window without focus for somebody back', () => {
  const presence = new Presence(0);
  presence.look({ focused: false, visible: true });
  presence.sign(10);
  expect(presence.away).toBe(true);
});

it('is away after two minutes without a sign, and every sign begins them again', () => {
  const presence = new Presence(1_000);
  presence.pass(1_000 + IDLE_MS - 1);
  expect(presence.away).toBe(false);
  presence.sign(50_000);
  expect(presence.idleAt).toBe(50_000 + IDLE_MS);
  presence.pass(1_000 + IDLE_MS);
  expect(presence.away).toBe(false);
  presence.pass(50_000 + IDLE_MS);
  expect(presence.away).toBe(true);
  expect(presence.idleAt).toBeUndefined();
});

it('knows when to look again after a sign that ended the quiet', () => {
  const presence = new Presence(0);
  presence.pass(IDLE_MS);
  presence.sign(IDLE_MS + 5);
  expect(presence.idleAt).toBe(2 * IDLE_MS + 5);
});
