import {
  type ChatValue,
  type CommandName,
  connectLocalApi,
  createChannelPair,
  type Handlers,
  type LocalApi,
  LocalApiError,
  serveLocalApi,
} from '@sotto/local-api';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetChats, hearOfChats, loadChats, useChats } from './chats-store.ts';
import { useConnection } from './connection.ts';

const idOf = (letter: string) => `05${letter.repeat(64)}`;

function chat(letter: string, unread: number): ChatValue {
  return {
    contact: {
      ...{ account_id: idOf(letter), name: null, their_name: null, state: 'accepted', road: 'auto' },
      ...{ verified: false, warning: null, added_at: 1 },
    },
    ...{ last: null, unread, read_through: 0, draft: null, active_at: 1 },
  };
}

/** A connection to somebody who answers so. */
function connect(answers: Partial<Handlers>): LocalApi {
  const [screen, owner] = createChannelPair();
  serveLocalApi(owner, answers as Readonly<Record<CommandName, never>>, (error) => {
    throw error;
  });
  const api = connectLocalApi(screen);
  useConnection.setState({ phase: 'open', api }, true);
  return api;
}

const unreadOf = (letter: string) => useChats.getState().byId.get(idOf(letter))?.unread;

beforeEach(() => forgetChats());

describe('the list of chats', () => {
  it('keeps what events told while it was being read', async () => {
    const api = connect({
      'chats.list': async ({ from = 0 }) => {
        if (from === 0) return { chats: [chat('a', 0)], next: 1 };
        // The first page is on its way when somebody reads one chat and another one is written to.
        hearOfChats({ event: 'chat-read', account_id: idOf('a'), unread: 3, read_through: 7 });
        hearOfChats({ event: 'contact', account_id: idOf('c'), contact: null });
        return { chats: [chat('b', 0), chat('c', 0)], next: null };
      },
      'chats.show': async ({ who }) => {
        if (who === idOf('a')) return chat('a', 3);
        throw new LocalApiError('unknown-contact', 'gone');
      },
    });
    await loadChats(api);
    expect([unreadOf('a'), unreadOf('b'), unreadOf('c')]).toEqual([3, 0, undefined]);
  });

  it('is gone from memory when it is forgotten, with who types', async () => {
    const api = connect({ 'chats.list': async () => ({ chats: [chat('a', 1)], next: null }) });
    await loadChats(api);
    hearOfChats({ event: 'typing', account_id: idOf('a'), typing: true });
    forgetChats();
    expect(useChats.getState()).toEqual({ byId: new Map(), order: [], typing: new Set(), loaded: false });
  });
});
