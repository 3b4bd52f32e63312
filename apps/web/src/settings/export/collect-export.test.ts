import {
  type Caller,
  COMMAND_NAMES,
  connectLocalApi,
  createChannelPair,
  type Handlers,
  type LocalApi,
  LocalApiError,
  serveLocalApi,
} from '@sotto/local-api';
import { expect, it } from 'vitest';
import { collectExport, type ExportProgress } from './collect-export.ts';
import { exportName } from './export-document.ts';

const ALICE = `05${'a1'.repeat(32)}`;
const BOB = `05${'b0'.repeat(32)}`;
const CAROL = `05${'c0'.repeat(32)}`;

const contact = (account_id: string, name: string) => ({
  account_id,
  name,
  their_name: name,
  state: 'accepted' as const,
  road: 'auto' as const,
  effective_road: 'auto' as const,
  verified: false,
  warning: null,
  added_at: 5,
});
const text = (sequence: number) => ({
  kind: 'text' as const,
  sequence,
  id: `${BOB}.1.${sequence}`,
  direction: 'in' as const,
  text: `</script> "${sequence}" \u202e`,
  state: 'received' as const,
  road: 'onion' as const,
  sent_at: sequence,
  received_at: sequence + 1,
  request: false,
});

/** An owner with 250 lines of Bob's, the last one a gap, and none of Carol's. */
function ownerOf(asked: string[]): LocalApi {
  const lines = [
    ...Array.from({ length: 249 }, (_, at) => text(at + 1)),
    { kind: 'gap' as const, sequence: 250, id: `${BOB}.1.250`, missing: 2, received_at: 9 },
  ];
  const chats = [contact(BOB, 'Bob'), contact(CAROL, 'Carol')].map((each) => ({
    contact: each,
    last: null,
    unread: 0,
    read_through: 0,
    draft: null,
    active_at: 1,
  }));
  const known: Partial<Handlers> = {
    'account.show': async () => ({
      account_id: ALICE,
      aci: '0b2f5a6c-0000-8000-8000-000000000000',
      name: 'Alice',
      profile: '/home/alice/secret-folder',
      relay: 'https://relay.example#key=abc',
      directory: null,
      device: 1,
      roads: ['onion'],
      holds_phrase: true,
    }),
    'contacts.list': async () => ({ contacts: chats.map((chat) => chat.contact) }),
    // One chat a page.
    'chats.list': async ({ from = 0 }) => ({
      chats: chats.slice(from, from + 1),
      next: from + 1 < chats.length ? from + 1 : null,
    }),
    'chats.read': async ({ who, limit, before = 1000 }) => {
      const older = who === BOB ? lines.filter(({ sequence }) => sequence < before) : [];
      const items = older.slice(-limit);
      return { items, has_before: older.length > limit, has_after: before < 1000 };
    },
  };
  const refuse = () => Promise.reject(new LocalApiError('unknown-command', 'not asked for an export'));
  const handlers = Object.fromEntries(
    COMMAND_NAMES.map((name) => [
      name,
      (params: never, caller: Caller) => {
        asked.push(name);
        const handler = (known[name] ?? refuse) as (params: never, caller: Caller) => Promise<unknown>;
        return handler(params, caller);
      },
    ]),
  ) as unknown as Handlers;
  const [screen, owner] = createChannelPair();
  serveLocalApi(owner, handlers, (error) => {
    throw error;
  });
  return connectLocalApi(screen);
}

const request = (api: LocalApi, signal = new AbortController().signal) => ({
  api,
  program: '0.1.0',
  now: 1_764_000_000_000,
  signal,
  onProgress: () => undefined,
});

it('writes one document with every line of every chat, oldest first', async () => {
  const seen: ExportProgress[] = [];
  const api = ownerOf([]);
  const parts = await collectExport({ ...request(api), onProgress: (progress) => seen.push(progress) });
  const document = JSON.parse(parts.join(''));
  expect(Object.keys(document)).toEqual([
    'format',
    'version',
    'exported_at',
    'program',
    'account',
    'contacts',
    'chats',
  ]);
  expect(document).toMatchObject({ format: 'sotto-export', version: 1, exported_at: 1_764_000_000_000 });
  expect(document.account).toEqual({
    account_id: ALICE,
    aci: '0b2f5a6c-0000-8000-8000-000000000000',
    name: 'Alice',
  });
  expect(document.contacts).toHaveLength(2);
  expect(document.chats.map((chat: { account_id: string }) => chat.account_id)).toEqual([BOB, CAROL]);
  const { items } = document.chats[0];
  expect(items.map((item: { id: string }) => item.id)).toEqual(
    Array.from({ length: 250 }, (_, at) => `${BOB}.1.${at + 1}`),
  );
  expect(items[0]).toEqual({
    kind: 'text',
    id: `${BOB}.1.1`,
    direction: 'in',
    text: '</script> "1" \u202e',
    state: 'received',
    road: 'onion',
    sent_at: 1,
    received_at: 2,
  });
  expect(items.at(-1)).toEqual({ kind: 'gap', id: `${BOB}.1.250`, missing: 2, received_at: 9 });
  expect(document.chats[1]).toEqual({ account_id: CAROL, items: [] });
  expect(seen.at(-1)).toEqual({ chats: 2, of: 2, messages: 250 });
});

it('asks for no words and no codes, and leaves out where the profile lies', async () => {
  const asked: string[] = [];
  const parts = await collectExport(request(ownerOf(asked)));
  expect([...new Set(asked)].sort()).toEqual(['account.show', 'chats.list', 'chats.read', 'contacts.list']);
  expect(parts.join('')).not.toMatch(/secret-folder|key=|phrase/);
});

it('stops when it is told to', async () => {
  const ending = new AbortController();
  const asked: string[] = [];
  const collecting = collectExport({
    ...request(ownerOf(asked), ending.signal),
    onProgress: ({ messages }) => {
      if (messages === 100) ending.abort();
    },
  });
  await expect(collecting).rejects.toMatchObject({ code: 'cancelled' });
  expect(asked.filter((name) => name === 'chats.read').length).toBeLessThan(3);
});

it('names the file by the day', () => {
  expect(exportName(new Date(2026, 2, 9, 23, 59))).toBe('sotto-export-2026-03-09.json');
});
