import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, Secret } from '@sotto/bytes';
import type { Message } from '@sotto/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { versionOfWords } from './renew-words.ts';
import { Sqlite } from './sqlite.ts';
import { forgetAllTexts, searchMessages } from './tables/search.ts';

let folder: string;
let request: Parameters<typeof openStore>[0];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-words-'));
  request = { path: join(folder, 'store.db'), key: new Secret(asBytes(randomBytes(32))) };
});
afterEach(() => rmSync(folder, { recursive: true }));

const TEXT: Message = {
  id: { author: '05ab', device: 1, sentAt: 1 },
  ...{ chat: '05ab', direction: 'in', kind: 'text', state: 'received', request: false },
  text: 'one two three',
};

it('writes all words anew where another runtime made them, so that a deleted text leaves none', async () => {
  const first = await openStore(request);
  await first.commit([{ kind: 'put-message', message: TEXT }]);
  await first.close();
  // A runtime to which only the first word was one.
  const before = Sqlite.open(request.path, request.key);
  before.transaction(() => {
    forgetAllTexts(before);
    before.run("INSERT INTO message_word (rowid, chat, words) VALUES (1, '05ab', 'one')");
    before.script('PRAGMA application_id = 1016000');
  });
  before.close();

  const store = await openStore(request);
  expect(await store.searchMessages({ terms: [['three']], limit: 9 })).toHaveLength(1);
  await store.commit([{ kind: 'delete-message', id: TEXT.id }]);
  await store.commit([{ kind: 'put-draft', chat: '05ab', text: 'it still takes writes' }]);
  await store.close();
  const after = Sqlite.open(request.path, request.key);
  expect(searchMessages(after, { terms: [['one']], limit: 9 })).toEqual([]);
  expect(after.all("SELECT rowid FROM message_word WHERE message_word MATCH 'one'")).toEqual([]);
  after.close();
});

it('tells one version of Unicode from the next', () => {
  expect(['17.0', '17.1', '18.0', '0.0'].map(versionOfWords)).toEqual([1017000, 1017001, 1018000, 1000000]);
});
