import type { ContactValue } from '@sotto/local-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receive } from '../src/screens/receive.ts';
import { FakeProfile } from './_fake-owner.ts';

const ONCE = { timeout: 20_000, follow: false, events: false };
const FOLLOW = { ...ONCE, follow: true };

describe('receive', () => {
  it('prints what waits, marks it, and ends as soon as every road is empty', async () => {
    const profile = new FakeProfile();
    for (let index = 0; index < 250; index++) profile.put(`${index}`);
    const { screen, values } = profile.screen();
    expect(await receive(ONCE, screen)).toBe(0);
    expect(values().map(({ text }) => text)).toEqual(profile.inbox.map(({ text }) => text));
    expect(profile.marked).toBe(250);
    expect(profile.callers.size).toBe(0);
  });

  it('shows the road and people who wrote by name, and by ID where the name does not say who it is', async () => {
    const profile = new FakeProfile();
    const contact = (digit: string, name: string): ContactValue => ({
      ...{ account_id: `05${digit.repeat(64)}`, name, their_name: name, state: 'accepted', road: 'auto' },
      ...{ verified: false, warning: null, added_at: 1 },
    });
    profile.contacts.push(contact('1', 'Carol'), contact('2', 'carol '), contact('3', 'Dave'));
    profile.put('one', { from_name: 'Dave' });
    profile.put('two', { from_name: 'Carol' });
    profile.put('three', { from_name: 'Dave', request: true, road: 'onion' });
    profile.put('four', { from_name: null, road: null });
    const { screen, lines } = profile.screen(false);
    expect(await receive(ONCE, screen)).toBe(0);
    const id = profile.inbox[0]?.from;
    const shown = lines().map((line) => line.slice(line.indexOf('  ') + 2));
    expect(shown).toEqual([
      'relay  Dave: one',
      `relay  Carol <${id}>: two`,
      `onion  Dave <${id}> (request; answer or accept to go on): three`,
      `${id}: four`,
    ]);
  });

  it.each([ONCE, FOLLOW])(
    'prints what is there and then says that the device was replaced: %j',
    async (how) => {
      const profile = new FakeProfile();
      profile.put('one');
      profile.stop = 'credentials-revoked';
      const { screen, lines } = profile.screen();
      await expect(receive(how, screen)).rejects.toMatchObject({ code: 'device-replaced' });
      expect(lines()).toHaveLength(1);
      expect(profile.marked).toBe(1);
    },
  );

  it('says that the device was replaced as soon as the road says so', async () => {
    const profile = new FakeProfile();
    const { screen } = profile.screen();
    const ended = receive(FOLLOW, screen).catch((error: unknown) => error);
    await expect.poll(() => profile.callers.size).toBe(1);
    profile.stop = 'credentials-revoked';
    const status = { road: 'relay', state: 'stopped', stop: profile.stop, drained: false } as const;
    for (const caller of profile.callers) caller.emit({ event: 'road', status });
    expect(await ended).toMatchObject({ code: 'device-replaced' });
  });

  it('says so of a device that was replaced although a road still takes it in', async () => {
    const profile = new FakeProfile();
    let replaced = false;
    const road = { road: 'onion', state: 'up', stop: null, drained: true } as const;
    profile.given = {
      status: async () => ({
        ...{ account: 'ready', roads: [road], queued: 0, requests: 0, record_pending: false, replaced },
      }),
    };
    const { screen } = profile.screen();
    const ended = receive(FOLLOW, screen).catch((error: unknown) => error);
    await expect.poll(() => profile.callers.size).toBe(1);
    replaced = true;
    for (const caller of profile.callers) caller.emit({ event: 'account', state: 'ready' });
    expect(await ended).toMatchObject({ code: 'device-replaced' });
  });

  it('ends with 0 at the timeout when nothing came', async () => {
    const { screen, lines } = new FakeProfile().screen();
    expect(await receive({ ...ONCE, timeout: 30 }, screen)).toBe(0);
    expect(lines()).toEqual([]);
  });

  it('tells people that nothing is new, and that nobody could be asked', async () => {
    const profile = new FakeProfile();
    const quiet = { ...ONCE, timeout: 30 };
    const heard = profile.screen(false);
    await receive(quiet, heard.screen);
    expect(heard.notes()).toEqual(['nothing new']);

    const road = { road: 'onion', state: 'connecting', stop: null, drained: false } as const;
    profile.given = {
      status: async () => ({
        account: 'ready',
        roads: [road],
        queued: 0,
        requests: 0,
        record_pending: false,
      }),
    };
    const unheard = profile.screen(false);
    await receive(quiet, unheard.screen);
    expect(unheard.notes()).toEqual([expect.stringContaining('no road answers')]);
    expect(unheard.lines()).toEqual([]);

    const program = profile.screen();
    await receive(quiet, program.screen);
    expect(program.notes()).toEqual([]);
  });

  it('says what keeps a road from carrying anything, also beside JSON and while it follows, once', async () => {
    const problem = 'none of the guards answers; give a newer network text';
    const road = { road: 'onion', state: 'connecting', stop: null, drained: false, problem } as const;
    const profile = new FakeProfile();
    let asked = 0;
    profile.given = {
      status: async () => {
        asked++;
        return { account: 'ready', roads: [road], queued: 0, requests: 0, record_pending: false };
      },
    };
    for (const json of [true, false]) {
      const once = profile.screen(json);
      await receive({ ...ONCE, timeout: 30 }, once.screen);
      expect(once.notes()).toEqual([problem]);
      const { screen, end, notes, lines } = profile.screen(json);
      const ended = receive(FOLLOW, screen);
      await expect.poll(notes).toEqual([problem]);
      const before = asked;
      profile.put('first bell');
      // Looked at again, and done with that: what comes next is printed after it.
      await expect.poll(() => asked).toBeGreaterThanOrEqual(before + 2);
      profile.put('second bell');
      await expect.poll(() => lines().join()).toContain('second bell');
      end();
      await ended;
      expect(notes()).toEqual([problem]);
    }
  });

  it('ends at the timeout when the roads never become empty', async () => {
    const profile = new FakeProfile();
    profile.settled = false;
    profile.put('one');
    const { screen, lines } = profile.screen();
    expect(await receive({ ...ONCE, timeout: 50 }, screen)).toBe(0);
    expect(lines()).toHaveLength(1);
  });

  it('waits for the first message when there is none yet', async () => {
    const profile = new FakeProfile();
    const { screen, values } = profile.screen();
    const ended = receive(ONCE, screen);
    await expect.poll(() => profile.callers.size).toBe(1);
    profile.put('late');
    expect(await ended).toBe(0);
    expect(values()).toEqual([profile.inbox[0]]);
  });

  it('follows until it is told to end', async () => {
    const profile = new FakeProfile();
    const { screen, values, end } = profile.screen();
    const ended = receive(FOLLOW, screen);
    for (const text of ['one', 'two', 'three']) {
      await expect.poll(() => profile.callers.size).toBe(1);
      profile.put(text);
      await expect.poll(() => values().at(-1)?.text).toBe(text);
    }
    end();
    expect(await ended).toBe(0);
    expect(values()).toHaveLength(3);
  });

  it('shows two followers everything, although the quicker one marks what it printed', async () => {
    const profile = new FakeProfile();
    const [quick, slow] = [profile.screen(), profile.screen()];
    const ended = [receive(FOLLOW, quick.screen), receive(FOLLOW, slow.screen)];
    await expect.poll(() => profile.callers.size).toBe(2);
    let goOn: () => void = () => undefined;
    for (const text of ['one', 'two', 'three']) {
      const gate = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      profile.beforeRead = (owner) => (owner === 2 ? gate : Promise.resolve());
      profile.put(text);
      await expect.poll(() => profile.marked).toBe(profile.inbox.length);
      goOn();
      await expect.poll(() => slow.values().at(-1)?.text).toBe(text);
    }
    for (const { end } of [quick, slow]) end();
    expect(await Promise.all(ended)).toEqual([0, 0]);
    expect(slow.lines()).toEqual(quick.lines());
  });

  it('prints other events only when asked to', async () => {
    for (const events of [true, false]) {
      const profile = new FakeProfile();
      const { screen, values, end } = profile.screen();
      const ended = receive({ ...FOLLOW, events }, screen);
      await expect.poll(() => profile.callers.size).toBe(1);
      for (const { emit } of profile.callers) {
        emit({ event: 'drained', road: 'relay' });
        // For screens with chats; scripts were never promised any of it.
        emit({ event: 'item-gone', account_id: 'a' });
        emit({ event: 'chat-read', account_id: 'a', unread: 0, read_through: 1 });
        emit({ event: 'typing', account_id: 'a', typing: true });
        emit({ event: 'app', stage: 'ready' });
      }
      profile.put('after');
      await expect.poll(() => values().at(-1)?.event).toBe('message');
      end();
      await ended;
      expect(values().map(({ event }) => event)).toEqual(events ? ['drained', 'message'] : ['message']);
    }
  });

  it('prints each message once and loses none, whenever owners die', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        async (deaths, count) => {
          const profile = new FakeProfile();
          const dying = [...deaths];
          // Some calls kill the owner before they do anything; a mark may be lost after its print.
          profile.before = (_command, owner) => {
            if (dying.shift() === true) void owner.close();
          };
          const { screen, values, end } = profile.screen();
          const ended = receive(FOLLOW, screen);
          for (let index = 0; index < count; index++) {
            profile.put(`${index}`);
            if (index % 3 === 0) await Promise.resolve();
          }
          await expect.poll(() => values().length, { interval: 1 }).toBeGreaterThanOrEqual(count);
          await expect.poll(() => profile.marked, { interval: 1 }).toBe(count);
          end();
          expect(await ended).toBe(0);
          expect(values().map(({ text }) => text)).toEqual(profile.inbox.map(({ text }) => text));
        },
      ),
      { numRuns: 40 },
    );
  });
});
