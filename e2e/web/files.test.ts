import { randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AppPage, openAppPage } from '../src/app-page.ts';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { waitUntil } from '../src/wait-until.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';

/** Files between two people on the page, by the onion road, and how a third one joins them by a link. One story. */

const MIB = 1024 * 1024;
/** Files take their time on a machine that is busy. */
const FILE_MS = 3 * CARRIED_MS;

let net: AppsNet;
let browser: TestBrowser;
let alice: WebApp;
let bob: WebApp;
/** The same apps without their drawing. */
let behindAlice: AppPage;
let behindBob: AppPage;
/** What a browser that showed it would run. */
const html = Buffer.from('<!doctype html><script>alert("shown")</script>\n');
const film = randomBytes(6 * MIB);

beforeAll(async () => {
  [net, browser] = await Promise.all([createAppsNet(['alice', 'bob', 'carol']), startBrowser()]);
  [behindAlice, behindBob] = await Promise.all([openAppPage(net.url('alice')), openAppPage(net.url('bob'))]);
  const [a, b] = await Promise.all([
    behindAlice.api.call('account.create', { name: 'Alice' }),
    behindBob.api.call('account.create', { name: 'Bob' }),
  ]);
  await behindAlice.api.call('send', { to: b.account_id, text: 'I have something for you' });
  await waitUntil('bob has a request', CARRIED_MS, async () => {
    const { chats } = await behindBob.api.call('chats.list', { limit: 10 });
    return chats.length > 0;
  });
  await behindBob.api.call('contacts.accept', { who: a.account_id });
  await writeFile(join(net.dir, 'notes.html'), html);
  await writeFile(join(net.dir, 'film.bin'), film);
  await writeFile(join(net.dir, 'huge.bin'), '');
  await truncate(join(net.dir, 'huge.bin'), 100 * MIB + 1);
  alice = webApp(await browser.open(net.url('alice')));
  bob = webApp(await browser.open(net.url('bob')));
  await alice.openChat('Bob');
  await bob.openChat('Alice');
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await net?.close();
});
afterEach(() => {
  expect(browser.problems).toEqual([]);
});

async function choose(app: WebApp, ...names: readonly string[]): Promise<void> {
  const [chooser] = await Promise.all([
    app.page.waitForEvent('filechooser'),
    app.button('Attach files').click(),
  ]);
  await chooser.setFiles(names.map((name) => join(net.dir, name)));
}

const attached = ({ page: on }: WebApp) =>
  on.getByRole('list', { name: 'Attached files' }).getByRole('listitem');

/** Drop a file on the chat, or paste it where one writes, as a browser hands it over. */
async function give(on: Page, how: 'drop' | 'paste'): Promise<void> {
  await on.evaluate(`{
    const data = new DataTransfer();
    data.items.add(new File(['x'], '${how}ped.png', { type: 'image/png' }));
    const place = document.querySelector('textarea');
    const more = '${how}' === 'drop' ? { dataTransfer: data } : { clipboardData: data };
    const Kind = '${how}' === 'drop' ? DragEvent : ClipboardEvent;
    place.dispatchEvent(new Kind('${how}', { bubbles: true, cancelable: true, ...more }));
  }`);
}

async function contentOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

describe('files on the page', () => {
  it('that are too large are refused in words, before anything of them is handed over', async () => {
    await choose(alice, 'huge.bin', 'notes.html');
    await alice.page
      .getByRole('alert')
      .filter({ hasText: /huge\.bin.* has 105 MB\. A file may have up to 105 MB/ })
      .waitFor();
    await expect
      .poll(() => attached(alice).allTextContents())
      .toEqual([expect.stringContaining('notes.html')]);
  });

  it('are attached by button, by dropping and by pasting, and taken away again', async () => {
    await choose(alice, 'film.bin');
    await give(alice.page, 'drop');
    await give(alice.page, 'paste');
    await expect.poll(() => attached(alice).count()).toBe(4);
    await alice.button(/^Remove .*dropped\.png/).click();
    await alice.button(/^Remove .*pasteped\.png/).click();
    await expect.poll(() => attached(alice).count()).toBe(2);
  });

  it('are not lost by chance: who leaves the page with some attached is asked first', async () => {
    await alice.page.evaluate('location.reload()');
    // The browser of these tests says no to whatever asks, and tells.
    await expect.poll(() => browser.problems.splice(0)).toEqual(['dialog beforeunload: ']);
    expect(await attached(alice).count()).toBe(2);
  });

  it('are sent while one reloads the page', async () => {
    await alice.type('here they are');
    await alice.button('Send').click();
    const progress = alice.bubble('here they are').getByRole('progressbar', { name: /^Sending .*film\.bin/ });
    await progress.waitFor({ timeout: FILE_MS });
    expect(await alice.field().inputValue()).toBe('');
    await alice.page.reload();
    await alice.openChat('Bob');
    await alice.bubble('here they are').waitFor();
    await alice
      .bubble('here they are')
      .filter({ hasText: /Relay|Onion/ })
      .waitFor({ timeout: FILE_MS });
    await expect.poll(() => progress.count()).toBe(0);
  });

  it('are fetched when one asks, also through a stop, and saved byte for byte under their names', async () => {
    const bubble = bob.bubble('here they are');
    await bubble.waitFor({ timeout: FILE_MS });
    await bubble.getByRole('button', { name: /^Save .*film\.bin/ }).click();
    await bubble.getByRole('button', { name: /^Stop .*film\.bin/ }).click();
    await bubble.getByText('Stopped. Try again to go on where it was.').waitFor();
    const [download] = await Promise.all([
      bob.page.waitForEvent('download', { timeout: FILE_MS }),
      bubble.getByRole('button', { name: /^Fetch .*film\.bin.* again/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('film.bin');
    expect((await contentOf(download)).equals(film)).toBe(true);
  });

  it('are kept by keyboard alone, and never shown, whatever they say that they are', async () => {
    const bubble = bob.bubble('here they are');
    await bubble.focus();
    await bob.page.keyboard.press('Tab');
    const [download] = await Promise.all([
      bob.page.waitForEvent('download', { timeout: FILE_MS }),
      bob.page.keyboard.press('Enter'),
    ]);
    expect(download.suggestedFilename()).toBe('notes.html');
    expect((await contentOf(download)).equals(html)).toBe(true);
    await bubble.waitFor();
    // The link that was given for it leads nowhere a second time.
    const again = await bob.page.request.get(download.url());
    expect(again.status()).toBe(404);
  });

  it('that were handed over and not sent are forgotten with their page', async () => {
    const other = await openAppPage(net.url('alice'));
    const { upload } = await other.api.call('files.begin', { name: 'left.txt', size: 0 });
    const { id } = await other.api.call('files.end', { upload });
    expect((await behindAlice.api.call('files.show', { id })).state).toBe('kept');
    other.api.close();
    await waitUntil('it is gone', CARRIED_MS, async () =>
      behindAlice.api.call('files.show', { id }).then(
        () => false,
        () => true,
      ),
    );
  });
});

describe('somebody who is not here yet', () => {
  it('comes in by a link, and writes to whoever gave it', async () => {
    await alice.goTo('My ID');
    await alice.dialog().getByRole('button', { name: 'Invite somebody who is not here yet' }).click();
    await alice.dialog().getByRole('button', { name: 'Copy link to join' }).click();
    await alice.dialog().getByText('Copied').waitFor();
    await alice.page.keyboard.press('Escape');

    const carol = webApp(await browser.open(net.url('carol')));
    await carol.button('Use another network…').click();
    const field = carol.page.getByLabel('Network text or link');
    await field.fill('sotto://join?i=05&n=Alice');
    await carol.page.getByText(/^This link is damaged, or not all of it\./).waitFor();
    await field.fill('');
    await field.click();
    await carol.page.keyboard.press('Control+V');
    await carol.page.getByText(/^This is .*Alice.*’s link to join\./).waitFor();
    await carol.button('Ask them').click();
    await carol.page.getByText(/Alice.* invited you\./).waitFor({ timeout: CARRIED_MS });
    await carol.page.getByText('at least 1 of 1 signer').waitFor();
    await carol.button('Use this network').click();
    await carol.createAccount('Carol');
    await carol.button(/^Write to .*Alice.*, who invited you$/).click();
    await carol.dialog().getByRole('button', { name: 'Add and write' }).click();
    await carol.send('I came by your link');
    await alice.openRequest('Carol');
    await alice.bubble('I came by your link').waitFor({ timeout: CARRIED_MS });
  });
});
