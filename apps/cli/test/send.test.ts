import { LocalApiError, type SentValue } from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { send } from '../src/screens/send.ts';
import { FakeProfile } from './_fake-owner.ts';

const BOB = `05${'b0'.repeat(32)}`;
const QUEUED: SentValue = { id: 'x', to: BOB, road: null, state: 'queued', sent_at: 7 };
const REQUEST = { to: 'bob', timeout: 1000, text: 'hello' };

describe('send', () => {
  it('is done with 0 when a road has it, and waits on with the next owner when one dies', async () => {
    const profile = new FakeProfile();
    let waits = 0;
    profile.given = {
      send: async () => QUEUED,
      'send.wait': async () => ({ ...QUEUED, road: 'relay', state: 'delivered', stored_on: 5, of: 7 }),
    };
    profile.before = (command, owner) => {
      if (command === 'send.wait' && waits++ < 2) void owner.close();
    };
    const { screen, values } = profile.screen();
    expect(await send(REQUEST, screen)).toBe(0);
    expect(profile.owners).toBe(3);
    expect(values()).toEqual([
      { id: 'x', to: BOB, road: 'relay', state: 'sent', stored_on: 5, of: 7, sent_at: 7 },
    ]);
  });

  it.each<[Partial<SentValue>, number, string]>([
    [{ state: 'sent', road: 'relay' }, 0, 'sent by relay'],
    [{ state: 'sent', road: 'onion', stored_on: 3, of: 3 }, 0, 'sent by onion, stored on 3 of 3'],
    [{ state: 'sent', road: 'onion', stored_on: 3 }, 0, 'sent by onion, stored on 3'],
    [{}, 3, 'written down; not carried yet'],
    [{ problem: 'no guard answers' }, 3, 'written down; not carried yet: no guard answers'],
    [
      { road: 'onion', stored_on: 2, of: 7 },
      3,
      'written down; stored on 2 of 7 so far, too few to count on; it goes on trying',
    ],
  ])('tells people of %j', async (state, code, words) => {
    const profile = new FakeProfile();
    profile.given = { send: async () => QUEUED, 'send.wait': async () => ({ ...QUEUED, ...state }) };
    const { screen, lines } = profile.screen(false);
    expect(await send(REQUEST, screen)).toBe(code);
    expect(lines()).toEqual([words]);
  });

  it('ends with 3 when it is written down and not carried', async () => {
    const profile = new FakeProfile();
    profile.given = { send: async () => QUEUED, 'send.wait': async () => QUEUED };
    const { screen, values } = profile.screen();
    expect(await send(REQUEST, screen)).toBe(3);
    expect(values()).toEqual([{ id: 'x', to: BOB, road: null, state: 'queued', sent_at: 7 }]);
  });

  it('ends with 3 when it is interrupted while it waits', async () => {
    const profile = new FakeProfile();
    profile.given = { send: async () => QUEUED, 'send.wait': () => new Promise(() => undefined) };
    const { screen, end, values } = profile.screen();
    const ended = send(REQUEST, screen);
    await expect.poll(() => profile.owners).toBe(1);
    end();
    expect(await ended).toBe(3);
    expect(values()).toHaveLength(1);
  });

  it('never sends twice by itself when the owner dies before it says that the text is written down', async () => {
    const profile = new FakeProfile();
    let asked = 0;
    profile.before = (command, owner) => {
      if (command !== 'send') return;
      asked += 1;
      void owner.close();
    };
    const { screen } = profile.screen();
    await expect(send(REQUEST, screen)).rejects.toMatchObject({ code: 'closed', hint: expect.any(String) });
    expect(asked).toBe(1);
  });

  it('fails with the problem when the message failed for good', async () => {
    const profile = new FakeProfile();
    profile.given = {
      send: async () => QUEUED,
      'send.wait': async () => ({ ...QUEUED, state: 'failed', problem: 'nobody there' }),
    };
    const failed = send(REQUEST, profile.screen().screen);
    await expect(failed).rejects.toEqual(new LocalApiError('failed', 'nobody there'));
  });

  it('takes the text from standard input without its last line end', async () => {
    const profile = new FakeProfile();
    const texts: string[] = [];
    profile.given = {
      send: async ({ text }) => {
        texts.push(text);
        return QUEUED;
      },
      'send.wait': async () => QUEUED,
    };
    const { screen } = profile.screen();
    const stdin = screen.terminal.stdin as unknown as NodeJS.WritableStream;
    stdin.end('two\nlines\n');
    expect(await send({ to: 'bob', timeout: 0 }, screen)).toBe(3);
    expect(texts).toEqual(['two\nlines']);
  });
});
