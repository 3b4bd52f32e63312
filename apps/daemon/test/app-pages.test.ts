import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { COMMAND_NAMES, DEFAULT_SETTINGS, type LocalEvent } from '@sotto/local-api';
import { changePassphrase } from '@sotto/store-sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WHILE_LOCKED } from '../src/app/page-commands.ts';
import { type AppRunRequest, runApp } from '../src/app/run-app.ts';
import { connectOwner } from '../src/connect-owner.ts';
import { openOwner } from '../src/open-owner.ts';
import { socketPath } from '../src/socket-path.ts';
import { makePage, type OpenPage, openPage } from './_page.ts';

const PASSPHRASE = 'correct horse battery staple';

let folder: string;
let profile: string;
let page: string;
const running: { readonly end: () => Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-app-'));
  profile = join(folder, 'alice');
  page = await makePage(folder);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ end }) => end()));
  await rm(folder, { recursive: true });
});

interface Started {
  readonly url: string;
  readonly end: () => Promise<void>;
}

/** An app in this process; rejects when it does not come up. */
async function start(more: Partial<AppRunRequest> = {}): Promise<Started> {
  const ending = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    ended = runApp({
      profile,
      listen: { host: '127.0.0.1', port: 0 },
      version: '0.0.0',
      pageFolder: page,
      open: false,
      signal: ending.signal,
      onReady: async (ready) => resolve(ready.url),
      onNoBrowser: () => undefined,
      log: () => undefined,
      ...more,
    });
    ended.catch(reject);
  });
  const end = async (): Promise<void> => {
    ending.abort();
    await ended;
  };
  running.push({ end });
  return { url, end };
}

function listen({ api }: OpenPage): LocalEvent[] {
  const events: LocalEvent[] = [];
  api.onEvent((event) => events.push(event));
  return events;
}

async function socketApi() {
  const api = await connectOwner(socketPath(profile));
  if (api === undefined) throw new Error('nobody owns the profile');
  return api;
}

describe('an app without an account', () => {
  it('says so, and leaves no trace of itself when it ends', async () => {
    const { url, end } = await start();
    const { api, socket } = await openPage(url);
    expect(await api.call('app.state', {})).toEqual({
      ...{ stage: 'none', label: basename(profile), network: null, version: '0.0.0' },
      ...{ build: expect.stringMatching(/^[0-9a-f]{64}$/), has_passphrase: false },
    });
    expect((await api.call('status', {})).account).toBe('none');
    expect((await api.call('words.list', {})).words).toHaveLength(1626);
    const events: string[] = [];
    api.onEvent(({ event }) => events.push(event));
    await Promise.all([end(), once(socket, 'close')]);
    expect(events).toEqual(['closing']);
    expect(await readdir(folder)).not.toContain('alice');
  });

  it('begins where a crash left nothing but a piece of a key, and leaves nothing of that either', async () => {
    await mkdir(profile, { mode: 0o700 });
    await writeFile(join(profile, 'key.0123456789abcdef.new'), new Uint8Array(32));
    const { url, end } = await start();
    expect((await (await openPage(url)).api.call('status', {})).account).toBe('none');
    await end();
    expect(await readdir(folder)).not.toContain('alice');
  });

  it('owns the profile: commands attach to it, and no second owner comes in', async () => {
    await start();
    const api = await socketApi();
    expect((await api.call('status', {})).account).toBe('none');
    await expect(api.call('app.lock', {})).rejects.toMatchObject({ code: 'not-supported' });
    api.close();
    await expect(start()).rejects.toMatchObject({ code: 'profile-in-use' });
  });

  it('lets a tab come back with its session, and no page of another app in', async () => {
    const alice = await start();
    const { session, api } = await openPage(alice.url);
    api.close();
    expect(await (await openPage(alice.url, { session })).api.call('app.touch', {})).toEqual({});
    const bob = await start({ profile: join(folder, 'bob'), label: 'Bob' });
    await expect(openPage(bob.url, { session })).rejects.toMatchObject({ code: 'not-admitted' });
    const other = await openPage(bob.url);
    expect(await other.api.call('app.state', {})).toMatchObject({ label: 'Bob' });
    await expect(openPage(alice.url, { session: other.session })).rejects.toMatchObject({
      code: 'not-admitted',
    });
  });

  it('has no more pages than a person has windows', async () => {
    const { url } = await start();
    const pages = await Promise.all(Array.from({ length: 32 }, () => openPage(url)));
    const { socket } = await openPage(url);
    await once(socket, 'close');
    pages[0]?.api.close();
    await once(pages[0]?.socket as NonNullable<OpenPage['socket']>, 'close');
    expect(await (await openPage(url)).api.call('app.touch', {})).toEqual({});
  });

  it('answers a malformed line with one error and the end', async () => {
    const { url } = await start();
    const { socket } = await openPage(url);
    const lines: string[] = [];
    socket.on('message', (data) => lines.push(String(data)));
    socket.send('{"v":1,"id":');
    await once(socket, 'close');
    expect(lines.map((line) => JSON.parse(line)).at(-1)).toMatchObject({
      id: null,
      error: { code: 'bad-frame' },
    });
    const binary = await openPage(url);
    binary.socket.send(new Uint8Array([1, 2, 3]));
    expect((await once(binary.socket, 'close'))[0]).toBe(1003);
  });

  it('refuses a network that is none, and never reads a file for a page', async () => {
    const { url } = await start();
    const { api } = await openPage(url);
    const file = join(folder, 'network.txt');
    await writeFile(file, 'sotto-network:x');
    for (const network of [file, 'sotto-network:x', 'http://relay.example', '../network.txt']) {
      await expect(api.call('network.inspect', { network })).rejects.toMatchObject({ code: 'bad-network' });
      const create = api.call('account.create', { name: 'Alice', network });
      await expect(create).rejects.toMatchObject({ code: 'bad-network' });
    }
    await expect(api.call('account.create', { name: 'Alice' })).rejects.toMatchObject({
      code: 'bad-network',
      message: 'no network is given',
    });
  });
});

describe('a passphrase', { timeout: 120_000 }, () => {
  it('is set, locks, opens and is dropped; the store behind it stays open to commands', async () => {
    const { url } = await start();
    const [first, second] = [await openPage(url), await openPage(url)];
    await expect(first.api.call('app.lock', {})).rejects.toMatchObject({ code: 'not-possible' });
    const events = listen(second);
    await first.api.call('app.passphrase', { next: PASSPHRASE });
    expect((await readdir(profile)).filter((name) => name.startsWith('key'))).toEqual(['key.json']);
    expect(await first.api.call('app.state', {})).toMatchObject({ stage: 'none', has_passphrase: true });
    await first.api.call('app.lock', {});
    await expect
      .poll(() => events.filter(({ event }) => event === 'app'))
      .toEqual([
        { event: 'app', stage: 'none' },
        { event: 'app', stage: 'locked' },
      ]);
    const socket = await socketApi();
    expect((await socket.call('status', {})).account).toBe('none');
    socket.close();
    const wrong = second.api.call('app.unlock', { passphrase: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(await second.api.call('app.state', {})).toMatchObject({ stage: 'locked' });
    await second.api.call('app.unlock', { passphrase: PASSPHRASE });
    expect((await first.api.call('status', {})).account).toBe('none');
    const drop = (current: string) => first.api.call('app.passphrase', { current, next: null });
    await expect(drop('wrong')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    await expect(first.api.call('app.passphrase', { next: 'other' })).rejects.toMatchObject({
      code: 'needs-passphrase',
    });
    await drop(PASSPHRASE);
    expect((await readdir(profile)).filter((name) => name.startsWith('key'))).toEqual(['key']);
    expect((await stat(join(profile, 'key'))).mode & 0o777).toBe(0o600);
  });

  it('keeps everything but itself from pages while they are locked', async () => {
    const { url } = await start();
    const { api } = await openPage(url);
    await api.call('app.passphrase', { next: PASSPHRASE });
    await api.call('app.lock', {});
    const raw = api.call as (command: string, params: unknown) => Promise<unknown>;
    for (const command of COMMAND_NAMES) {
      const outcome = await raw(command, PARAMS[command] ?? {}).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      const expected = command === 'app.unlock' ? 'wrong-passphrase' : 'answered';
      expect([command, outcome]).toEqual([command, WHILE_LOCKED.has(command) ? expected : 'locked']);
    }
    // Nothing was done either.
    await api.call('app.unlock', { passphrase: PASSPHRASE });
    expect(await api.call('settings.read', {})).toEqual(DEFAULT_SETTINGS);
  });

  it('gives no answer to what was asked before the lock', async () => {
    const { url } = await start();
    const { api, socket } = await openPage(url);
    await api.call('app.passphrase', { next: PASSPHRASE });
    const lines: string[] = [];
    socket.on('message', (data) => lines.push(String(data)));
    // In one piece, so that the lock is read before the question is answered.
    const stream = (socket as unknown as { readonly _socket: Socket })._socket;
    stream.cork();
    socket.send(JSON.stringify({ v: 1, id: 1000, command: 'account.show', params: {} }));
    socket.send(JSON.stringify({ v: 1, id: 1001, command: 'status', params: {} }));
    socket.send(JSON.stringify({ v: 1, id: 1002, command: 'app.lock', params: {} }));
    stream.uncork();
    await expect.poll(() => lines.filter((line) => line.includes('"id"'))).toHaveLength(3);
    const answers = lines.map((line) => JSON.parse(line)).toSorted((left, right) => left.id - right.id);
    const told = answers.filter(({ id }) => id !== undefined).map(({ error }) => error?.code);
    // There is no account to show, which is not told any more either.
    expect(told).toEqual(['locked', 'locked', undefined]);
  });

  it('makes wait who guesses, and counts guesses of all pages together', async () => {
    const { url } = await start();
    const pages = await Promise.all(Array.from({ length: 3 }, () => openPage(url)));
    // A key file that asks for less than usual, so that nine guesses take no minute on a busy machine.
    const cost = { memoryBytes: 1024 * 1024, passes: 1 };
    changePassphrase({ folder: profile, to: PASSPHRASE, cost });
    await pages[0]?.api.call('app.lock', {});
    const guesses = pages.flatMap(({ api }) =>
      [1, 2, 3].map(() => api.call('app.unlock', { passphrase: 'wrong' }).catch(({ code }) => code)),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'wrong-passphrase')).toHaveLength(5);
    expect(codes.filter((code) => code === 'busy')).toHaveLength(4);
    const right = pages[1]?.api.call('app.unlock', { passphrase: PASSPHRASE });
    await expect(right).rejects.toMatchObject({ code: 'busy', hint: expect.stringMatching(/ s$/) });
  });

  it('forgives no wrong guess for a passphrase that nobody looked at', async () => {
    const { url } = await start();
    const { api } = await openPage(url);
    const cost = { memoryBytes: 1024 * 1024, passes: 1 };
    changePassphrase({ folder: profile, to: PASSPHRASE, cost });
    const guess = () =>
      api.call('app.passphrase', { current: 'wrong', next: 'other' }).catch(({ code }) => code);
    const codes: unknown[] = [];
    for (let guesses = 0; guesses < 6; guesses++) {
      codes.push(await guess());
      // The app is open, so that this is not compared with anything.
      await api.call('app.unlock', { passphrase: 'anything' }).catch(() => undefined);
    }
    expect(codes).toEqual([...Array(5).fill('wrong-passphrase'), 'busy']);
  });

  it('is asked for before the store is opened; commands meanwhile get words', async () => {
    await makeLocked();
    const before = await readFile(join(profile, 'key.json'), 'utf8');
    const { url } = await start();
    const { api } = await openPage(url);
    expect(await api.call('app.state', {})).toMatchObject({ stage: 'locked', has_passphrase: true });
    expect((await api.call('words.list', {})).words).toHaveLength(1626);
    await expect(api.call('status', {})).rejects.toMatchObject({ code: 'locked' });
    const waiting = await socketApi();
    await expect(waiting.call('status', {})).rejects.toMatchObject({
      code: 'locked',
      hint: expect.stringContaining('page'),
    });
    await expect(start()).rejects.toMatchObject({ code: 'profile-in-use' });
    await expect(api.call('app.unlock', { passphrase: 'wrong' })).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
    await expect(waiting.call('status', {})).rejects.toMatchObject({ code: 'locked' });
    await api.call('app.unlock', { passphrase: PASSPHRASE });
    await waiting.ended;
    expect((await api.call('status', {})).account).toBe('none');
    const socket = await socketApi();
    expect((await socket.call('status', {})).account).toBe('none');
    socket.close();
    expect(await readFile(join(profile, 'key.json'), 'utf8')).toBe(before);
  });

  it('ends at once while it is locked, and leaves the profile as it is', async () => {
    await makeLocked();
    const names = await readdir(profile);
    const { end } = await start();
    await end();
    expect(await readdir(profile)).toEqual(names);
  });
});

/** A profile whose key is wrapped and that nobody owns. Kept although it has no account. */
async function makeLocked(): Promise<void> {
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, `${PASSPHRASE}\n`);
  const owner = await openOwner({
    profile,
    passphraseFile,
    socket: socketPath(profile),
    create: true,
    log: () => undefined,
  });
  const names = await readdir(profile);
  const kept = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(profile, name))] as const)),
  );
  await owner.close({ now: AbortSignal.abort() });
  await mkdir(profile, { mode: 0o700 });
  for (const [name, bytes] of kept) await writeFile(join(profile, name), bytes, { mode: 0o600 });
}

const WHO = { who: `05${'a1'.repeat(32)}` };

/** Parameters that are let through, for commands that take some. */
const PARAMS: Readonly<Record<string, object>> = {
  'account.create': { name: 'A' },
  'account.restore': { words: 'a' },
  'account.forget_phrase': { words: 'a' },
  'account.delete': { force: true },
  'account.rename': { name: 'A' },
  'account.network': { network: 'a' },
  send: { to: 'a', text: 'a' },
  'send.wait': { id: 'a', timeout_ms: 0 },
  'contacts.name': { ...WHO, name: 'a' },
  'contacts.road': { ...WHO, road: 'auto' },
  'contacts.compare': { ...WHO, code: 'AA' },
  'inbox.read': { limit: 1 },
  'inbox.mark': { through: 1 },
  'chats.list': { limit: 1 },
  'chats.read': { ...WHO, limit: 1 },
  'chats.mark': { ...WHO, through: 1 },
  'chats.draft': { ...WHO, text: 'a' },
  'chats.typing': { ...WHO, typing: true },
  'messages.retry': { id: 'a' },
  'messages.delete': { id: 'a' },
  search: { text: 'a', limit: 1 },
  'files.begin': { size: 1 },
  'files.put': { upload: 'a', data: '' },
  'files.end': { upload: 'a' },
  'files.drop': { id: 'a' },
  'files.list': { id: 'a' },
  'files.show': { id: 'a' },
  'app.download': { id: 'a' },
  'network.join': { link: 'a' },
  'files.fetch': { id: 'a' },
  'files.cancel': { id: 'a' },
  'files.read': { id: 'a', from: 0 },
  'app.unlock': { passphrase: 'a' },
  'app.passphrase': { next: 'a' },
  'network.inspect': { network: 'a' },
  'settings.change': { theme: 'dark' },
  ...Object.fromEntries(
    ['add', 'accept', 'delete', 'show', 'block', 'unblock', 'verify', 'unverify', 'acknowledge', 'devices']
      .map((verb) => `contacts.${verb}`)
      .concat('chats.show', 'chats.clear')
      .map((command) => [command, WHO]),
  ),
};
