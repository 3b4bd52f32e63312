import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KNOWN_OWNERS } from '../constants.ts';
import { type NodeStore, openNodeStore } from './node-store.ts';

const DAY = 86_400_000;
const NOON = 20_000.5 * DAY;
let folder: string;
let store: NodeStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-owners-'));
  store = openNodeStore(join(folder, 'node.db'), () => undefined);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const note = (mailbox: ReturnType<typeof randomBytes>, now: number) =>
  store.write(() => store.knownOwners.note(mailbox, now));

it('are known from the day after they first came until a month after they came last', async () => {
  const mailbox = randomBytes(33);
  const known = (day: number) => store.knownOwners.isKnown(mailbox, NOON + day * DAY);
  expect(known(0)).toBe(false);
  await note(mailbox, NOON);
  expect([known(0), known(0.4), known(0.6), known(30), known(31)]).toEqual([false, false, true, true, false]);
  await note(mailbox, NOON + 20 * DAY);
  expect([known(31), known(50), known(51)]).toEqual([true, true, false]);
  // A clock that goes back forgets nobody.
  await note(mailbox, NOON);
  expect(known(50)).toBe(true);
});

it('need no second note on one day', async () => {
  const mailbox = randomBytes(33);
  expect(store.knownOwners.isNoted(mailbox, NOON)).toBe(false);
  await note(mailbox, NOON);
  expect(store.knownOwners.isNoted(mailbox, NOON + 1)).toBe(true);
  expect(store.knownOwners.isNoted(mailbox, NOON + DAY)).toBe(false);
});

it('are forgotten with their last day', async () => {
  const [early, late] = [randomBytes(33), randomBytes(33)];
  await note(early, NOON);
  await note(late, NOON + DAY);
  const sweep = (day: number) => store.write(() => store.knownOwners.sweep(NOON + day * DAY));
  expect(await sweep(KNOWN_OWNERS.days)).toBe(0);
  expect(await sweep(KNOWN_OWNERS.days + 1)).toBe(1);
  expect(store.knownOwners.isKnown(late, NOON + (KNOWN_OWNERS.days + 1) * DAY)).toBe(true);
});
