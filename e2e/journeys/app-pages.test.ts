import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalEvent } from '@sotto/local-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppPage, openAppPage } from '../src/app-page.ts';
import { linesOf } from '../src/json-lines.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';

/** What pages of two apps of a devnet do, over their real doors. One story: each part goes on where the one before ended. */

const CARRIED_MS = 60_000;

interface App {
  readonly name: string;
  readonly url: string;
  readonly profile: string;
  readonly pid: number;
}

let folder: string;
let dir: string;
let network: string;
let devnet: Running;
let apps: readonly App[];
let alice: AppPage;
let bob: AppPage;
let aliceId: string;
let bobId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-apps-'));
  dir = join(folder, 'net');
  devnet = await startUntilReady([
    'devnet',
    '--nodes',
    '5',
    '--swarms',
    '1',
    '--apps',
    'alice,bob',
    '--dir',
    dir,
  ]);
  apps = devnet.ready['apps'] as readonly App[];
  network = await readFile(String(devnet.ready['network']), 'utf8');
});
afterAll(async () => {
  await runSotto(['devnet', 'ctl', '--dir', dir, 'stop']);
  await rm(folder, { recursive: true, force: true });
});

function app(name: string): App {
  const found = apps.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no app ${name}`);
  return found;
}

async function told<Kind extends LocalEvent['event']>(
  { events }: AppPage,
  kind: Kind,
  which: (event: Extract<LocalEvent, { event: Kind }>) => boolean = () => true,
): Promise<Extract<LocalEvent, { event: Kind }>> {
  const find = () =>
    events.find(
      (event): event is Extract<LocalEvent, { event: Kind }> =>
        event.event === kind && which(event as Extract<LocalEvent, { event: Kind }>),
    );
  await waitUntil(`the event ${kind}`, CARRIED_MS, async () => find() !== undefined);
  return find() as Extract<LocalEvent, { event: Kind }>;
}

describe('two apps of a devnet', () => {
  it('make accounts on the network that they were started with', async () => {
    alice = await openAppPage(app('alice').url);
    bob = await openAppPage(app('bob').url);
    const state = await alice.api.call('app.state', {});
    expect(state).toMatchObject({ stage: 'none', label: 'alice', has_passphrase: false });
    expect(state.network).toMatchObject({ directory: { nodes: 5, swarms: 1 } });
    expect(await alice.api.call('network.inspect', { network })).toEqual(state.network);
    await Promise.all([alice, bob].map(({ api }) => api.call('events.subscribe', {})));
    const [made, other] = await Promise.all([
      alice.api.call('account.create', { name: 'Alice' }),
      bob.api.call('account.create', { name: 'Bob' }),
    ]);
    [aliceId, bobId] = [made.account_id, other.account_id];
    expect(made.roads.toSorted()).toEqual(['onion', 'relay']);
    expect(made.link).toContain(aliceId);
    await told(alice, 'app', ({ stage }) => stage === 'ready');
    expect(await alice.api.call('app.state', {})).toMatchObject({ stage: 'ready' });
  });

  it('carry a request, an answer and read receipts', async () => {
    const { link = '' } = await bob.api.call('account.show', {});
    await alice.api.call('contacts.add', { who: link });
    const sent = await alice.api.call('send', { to: bobId, text: 'good morning Bob' });
    await told(alice, 'item', ({ item }) => item.id === sent.id);
    await told(bob, 'request', ({ account_id }) => account_id === aliceId);
    expect((await bob.api.call('chats.list', { limit: 10 })).chats).toMatchObject([
      { contact: { account_id: aliceId, state: 'request' }, unread: 1, last: { text: 'good morning Bob' } },
    ]);
    for (const { api } of [alice, bob]) {
      expect(await api.call('settings.change', { read_receipts: true, theme: 'dark' })).toMatchObject({
        ...{ read_receipts: true, theme: 'dark', typing: false },
      });
    }
    await told(alice, 'settings', ({ settings }) => settings.theme === 'dark');
    await bob.api.call('contacts.accept', { who: aliceId });
    const answer = await bob.api.call('send', { to: aliceId, text: 'good morning Alice' });
    const came = await told(alice, 'item', ({ item }) => item.id === answer.id);
    expect(came).toMatchObject({ account_id: bobId, item: { kind: 'text', direction: 'in' } });
    const page = await alice.api.call('chats.read', { who: bobId, limit: 10 });
    expect(page).toMatchObject({ has_before: false, has_after: false });
    expect(page.items.map((item) => item.kind === 'text' && item.text)).toEqual([
      'good morning Bob',
      'good morning Alice',
    ]);
    const marked = await alice.api.call('chats.mark', { who: bobId, through: came.item.sequence });
    expect(marked).toMatchObject({ unread: 0, read_through: came.item.sequence });
    await told(bob, 'message-state', ({ id, state }) => id === answer.id && state === 'read');
  });

  it('find words, keep drafts, and forget lines here', async () => {
    const { messages } = await alice.api.call('search', { text: 'morn', limit: 10 });
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ account_id: bobId, matches: [[5, 9]] });
    await alice.api.call('chats.draft', { who: bobId, text: 'half a tho' });
    expect(await alice.api.call('chats.show', { who: bobId })).toMatchObject({ draft: 'half a tho' });
    const [first] = messages;
    await alice.api.call('messages.delete', { id: first?.item.id ?? '' });
    await told(alice, 'item-gone', ({ id }) => id === first?.item.id);
    expect((await alice.api.call('search', { text: 'morn', limit: 10 })).messages).toHaveLength(1);
    await alice.api.call('chats.clear', { who: bobId });
    expect((await alice.api.call('chats.read', { who: bobId, limit: 10 })).items).toEqual([]);
    const retry = alice.api.call('messages.retry', { id: first?.item.id ?? '' });
    await expect(retry).rejects.toMatchObject({ code: 'unknown-message' });
  });

  it('compare safety codes, list devices and show how they are connected', async () => {
    const shown = await bob.api.call('contacts.show', { who: aliceId });
    expect(shown.link).toContain(aliceId);
    const compare = (code: string) => alice.api.call('contacts.compare', { who: bobId, code });
    expect(await compare(shown.safety_code ?? '')).toEqual({ result: 'match' });
    expect(await compare('AAAA')).toEqual({ result: 'malformed' });
    expect(await compare('not base64url')).toEqual({ result: 'malformed' });
    const own = await alice.api.call('contacts.show', { who: bobId });
    expect(own.safety_number).toBe(shown.safety_number);
    expect((await alice.api.call('contacts.devices', { who: bobId })).devices).toHaveLength(1);
    const view = await alice.api.call('network.show', {});
    expect(view).toMatchObject({
      directory: { nodes: 5 },
      proxied: false,
      relay: { key: expect.any(String) },
    });
    const guards = view.guards.filter(({ state }) => state === 'used').map(({ key }) => key);
    expect(guards).toHaveLength(2);
    expect(view.paths.length).toBeGreaterThan(0);
    expect(await alice.api.call('paths.rotate', {})).toEqual({});
    const after = await alice.api.call('network.show', {});
    expect(after.guards.filter(({ state }) => state === 'used').map(({ key }) => key)).toEqual(guards);
    expect(await alice.api.call('account.rename', { name: 'Alice B.' })).toMatchObject({ name: 'Alice B.' });
  });

  it('share the profile with commands of the terminal', async () => {
    const { profile } = app('alice');
    const sent = await sottoJson(['send', '--profile', profile, '--to', 'Bob', '--', 'from the terminal']);
    expect(sent).toMatchObject({ state: 'sent' });
    await told(alice, 'item', ({ item }) => item.id === sent['id']);
    await told(bob, 'item', ({ item }) => item.id === sent['id']);
    expect(await refusal(['app', '--profile', profile])).toEqual({ code: 1, error: 'profile-in-use' });
  });

  it('return after a kill with all they had, and with another link', async () => {
    const ctl = ['devnet', 'ctl', '--dir', dir, '--json'];
    expect((await runSotto([...ctl, 'kill', 'app:alice'])).code).toBe(0);
    await alice.api.ended;
    const [started] = linesOf((await runSotto([...ctl, 'start', 'app:alice'])).stdout);
    const url = String(started?.['url']);
    expect(new URL(url).host).toBe(new URL(app('alice').url).host);
    await expect(openAppPage(app('alice').url)).rejects.toMatchObject({ code: 'not-admitted' });
    await expect(openAppPage(url, { session: alice.session })).rejects.toMatchObject({
      code: 'not-admitted',
    });
    await expect(openAppPage(url, { session: bob.session })).rejects.toMatchObject({ code: 'not-admitted' });
    alice = await openAppPage(url);
    expect(await alice.api.call('settings.read', {})).toMatchObject({ theme: 'dark', read_receipts: true });
    expect(await alice.api.call('chats.show', { who: bobId })).toMatchObject({
      draft: 'half a tho',
      last: { text: 'from the terminal' },
    });
  });

  it('lock a page while mail comes in', async () => {
    await alice.api.call('events.subscribe', {});
    await alice.api.call('app.passphrase', { next: 'a passphrase' });
    await alice.api.call('app.lock', {});
    const before = alice.events.length;
    const sent = await bob.api.call('send', { to: aliceId, text: 'while you were away' });
    const { state } = await bob.api.call('send.wait', { id: sent.id, timeout_ms: CARRIED_MS });
    expect(['sent', 'delivered']).toContain(state);
    // A delivery receipt says that it is on her disk.
    await told(bob, 'message-state', ({ id, state: now }) => id === sent.id && now === 'delivered');
    expect(alice.events.slice(before)).toEqual([]);
    await expect(alice.api.call('chats.list', { limit: 1 })).rejects.toMatchObject({ code: 'locked' });
    await alice.api.call('app.unlock', { passphrase: 'a passphrase' });
    expect(await alice.api.call('chats.show', { who: bobId })).toMatchObject({
      last: { text: 'while you were away' },
    });
  });

  it('begin anew in the same process when the account is deleted', async () => {
    await bob.api.call('account.delete', { force: false });
    await told(bob, 'app', ({ stage }) => stage === 'none');
    expect(await bob.api.call('app.state', {})).toMatchObject({ stage: 'none', label: 'bob' });
    expect(await refusal(['account', 'show', '--profile', app('bob').profile])).toEqual({
      code: 1,
      error: 'no-account',
    });
    const again = await bob.api.call('account.create', { name: 'Bob again' });
    expect(again.account_id).not.toBe(bobId);
    expect(await bob.api.call('app.state', {})).toMatchObject({ stage: 'ready' });
    expect((await bob.api.call('chats.list', { limit: 10 })).chats).toEqual([]);
  });

  it('end with the devnet, and tell their pages', async () => {
    expect(await devnet.stop('SIGTERM')).toBe(0);
    await Promise.all([alice.api.ended, bob.api.ended]);
    for (const { events } of [alice, bob]) expect(events.at(-1)).toEqual({ event: 'closing' });
    expect(await readdir(join(dir, 'apps', 'alice'))).toEqual(['key.json', 'store.db']);
  });
});

describe('an app alone', () => {
  it('asks for the passphrase of its profile on the page, and ends quickly on SIGTERM', async () => {
    const profile = join(folder, 'net', 'apps', 'alice');
    const running = await startUntilReady(['app', '--profile', profile]);
    const url = String(running.ready['url']);
    expect(running.ready).toMatchObject({ event: 'ready', profile, pid: running.child.pid });
    const page = await openAppPage(url);
    expect(await page.api.call('app.state', {})).toMatchObject({ stage: 'locked', has_passphrase: true });
    expect(await refusal(['account', 'show', '--profile', profile])).toEqual({ code: 1, error: 'locked' });
    await page.api.call('app.unlock', { passphrase: 'a passphrase' });
    await told(page, 'app', ({ stage }) => stage === 'ready');
    expect((await page.api.call('account.show', {})).account_id).toBe(aliceId);
    const before = slowness();
    const asked = performance.now();
    expect(await running.stop('SIGTERM')).toBe(0);
    const took = performance.now() - asked;
    expect(took).toBeLessThan(2_000 * Math.max(before, slowness()));
    expect(page.events.at(-1)).toEqual({ event: 'closing' });
  });

  it('keeps the secret out of what it prints but the link, and out of every file', async () => {
    const profile = join(folder, 'alone');
    const log = join(folder, 'alone.log');
    const running = await startUntilReady(['app', '--profile', profile], { log });
    const url = String(running.ready['url']);
    const secret = new URL(url).hash.replace('#t=', '');
    const page = await openAppPage(url);
    await expect(openAppPage(url, { secret: `${secret.slice(1)}x` })).rejects.toMatchObject({
      code: 'not-admitted',
    });
    await running.stop('SIGTERM');
    const printed = (await readFile(log, 'utf8')).replace(url, '');
    expect(printed).not.toContain(secret);
    expect(printed).not.toContain(page.session);
    await expect(readdir(profile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses addresses that others could reach, and one that is taken', async () => {
    const profile = join(folder, 'alone');
    expect(await refusal(['app', '--profile', profile, '--listen', '0.0.0.0:0'])).toEqual({
      code: 2,
      error: 'usage',
    });
    const running = await startUntilReady(['app', '--profile', join(folder, 'first')]);
    const { host } = new URL(String(running.ready['url']));
    expect(await refusal(['app', '--profile', profile, '--listen', host])).toEqual({
      code: 1,
      error: 'cannot-listen',
    });
    await running.stop('SIGTERM');
  });

  it('leads a browser to the page without naming the link to it', async () => {
    const browser = join(folder, 'xdg-open');
    const seen = join(folder, 'seen');
    await writeFile(
      browser,
      `#!/bin/sh\nprintf '%s' "$1" > ${seen}.args\ncat "$1" > ${seen}\nstat -c %a "$1" > ${seen}.mode\n`,
      {
        mode: 0o755,
      },
    );
    const profile = join(folder, 'opened');
    const running = await startUntilReady(['app', '--profile', profile, '--open'], {
      env: { PATH: `${folder}:${process.env['PATH']}` },
    });
    const url = String(running.ready['url']);
    const read = (name: string) => readFile(name, 'utf8').catch(() => '');
    await waitUntil('the browser has the file', 30_000, async () => (await read(`${seen}.mode`)) !== '');
    expect(await read(`${seen}.args`)).toBe(join(profile, 'open.html'));
    expect(await read(seen)).toContain(`url=${url}"`);
    expect(await read(`${seen}.mode`)).toBe('600\n');
    await openAppPage(url);
    await waitUntil('the file is gone', 30_000, async () => !(await readdir(profile)).includes('open.html'));
    await running.stop('SIGTERM');
  });
});
