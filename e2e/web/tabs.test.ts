import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAppPage } from '../src/app-page.ts';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';

/** Tabs of two people in one browser, and what the secret of a link opens. One story. */

const PASSPHRASE = 'four words that rhyme';

let net: AppsNet;
let browser: TestBrowser;
let alice: WebApp;
let bob: WebApp;
let aliceId: string;
let bobId: string;

beforeAll(async () => {
  [net, browser] = await Promise.all([createAppsNet(['alice', 'bob']), startBrowser()]);
  const [one, other] = await Promise.all([openAppPage(net.url('alice')), openAppPage(net.url('bob'))]);
  const made = await Promise.all([
    one.api.call('account.create', { name: 'Alice' }),
    other.api.call('account.create', { name: 'Bob' }),
  ]);
  [aliceId, bobId] = [made[0].account_id, made[1].account_id];
  await one.api.call('contacts.add', { who: bobId, name: 'Bob' });
  await one.api.call('send', { to: bobId, text: 'the first of alice' });
  alice = webApp(await browser.open(net.url('alice')));
  bob = webApp(await browser.open(net.url('bob')));
});
afterAll(async () => {
  await browser?.close();
  await net?.close();
});

/** What the console of a page says when its program is gone is no mistake of the page. */
function takeProblems(): readonly string[] {
  return browser.problems.splice(0).filter((problem) => !/WebSocket connection to .* failed/.test(problem));
}

describe('tabs of two people in one browser', () => {
  it('each show their own, and go on as who they were after a reload', async () => {
    for (const app of [alice, bob]) await app.button('Add a contact').first().waitFor();
    for (const [app, id] of [
      [alice, aliceId],
      [bob, bobId],
    ] as const) {
      expect(await idIn(app)).toBe(id);
      await app.page.reload();
      expect(await idIn(app)).toBe(id);
    }
    expect(takeProblems()).toEqual([]);
  });

  it('keep the secret out of the address, the history and every request', async () => {
    for (const [{ page }, label] of [
      [alice, 'alice'],
      [bob, 'bob'],
    ] as const) {
      expect(await page.evaluate('location.href')).toBe(`${new URL(net.url(label)).origin}/`);
      expect(await page.evaluate('location.hash + document.referrer + document.cookie')).toBe('');
      await page.goBack();
      expect(page.url()).not.toContain('#t=');
      await page.goForward();
      await webApp(page).button('Add a contact').first().waitFor();
      for (const secret of [secretOf(label), await sessionOf(page)]) {
        const told = browser.requests.filter((address) => address.replace(/#.*$/, '').includes(secret));
        expect(told).toEqual([]);
        expect(await filesWith(net.dir, secret)).toEqual([]);
      }
    }
    // Each tab has a session of its own, that the other cannot see.
    const sessions = await Promise.all([alice, bob].map(({ page }) => sessionOf(page)));
    expect(new Set(sessions).size).toBe(2);
    expect(takeProblems()).toEqual([]);
  });

  it('let nobody in with the secret or the session of the other', async () => {
    const { origin } = new URL(net.url('bob'));
    const wrong = await browser.open(`${origin}/#t=${secretOf('alice')}`);
    await wrong.getByRole('heading', { name: 'This tab is not let in' }).waitFor();
    expect(await wrong.evaluate('location.hash')).toBe('');
    expect(await wrong.evaluate('sessionStorage.length')).toBe(0);
    const kept = await alice.page.evaluate<string>('JSON.stringify({ ...sessionStorage })');
    await wrong.evaluate(`Object.assign(sessionStorage, ${kept})`);
    await wrong.reload();
    await wrong.getByRole('heading', { name: 'This tab is not let in' }).waitFor();
    const bare = await browser.open(origin);
    await bare.getByRole('heading', { name: 'This tab is not let in' }).waitFor();
    for (const page of [wrong, bare]) {
      expect(await page.content()).not.toContain('Bob');
      await page.close();
    }
    expect(takeProblems()).toEqual([]);
  });

  it('show the same in two tabs of one person, and neither does what the other is told', async () => {
    const second = webApp(await browser.open(net.url('alice')));
    for (const app of [alice, second]) await app.openChat('Bob');
    await alice.send('from the first tab');
    await second.bubble('from the first tab').waitFor();
    await second.send('from the second tab');
    await alice.bubble('from the second tab').waitFor();
    const said = ['the first of alice', 'from the first tab', 'from the second tab'];
    await expect.poll(() => alice.texts()).toEqual(said);
    await expect.poll(() => second.texts()).toEqual(said);
    await second.page.close();
    await bob.openRequest('Alice');
    await expect.poll(() => bob.texts(), { timeout: CARRIED_MS }).toEqual(said);
    await bob.accept();
    expect(takeProblems()).toEqual([]);
  });
});

describe('an app that ended', () => {
  it('does not let the tab of before in when it is started again, while another tab goes on', async () => {
    const link = await net.restart('alice');
    await alice.page.getByRole('heading', { name: 'This tab is not let in' }).waitFor();
    await alice.page.getByText(/open the link printed there/).waitFor();
    expect(await alice.page.content()).not.toContain('from the first tab');
    await bob.send('are you there?');
    alice = webApp(await browser.open(link));
    await alice.openChat('Bob');
    await alice.bubble('are you there?').waitFor({ timeout: CARRIED_MS });
    expect(takeProblems()).toEqual([]);
  });

  it('is missed while it is away', async () => {
    await net.ctl('kill', 'app:bob');
    await bob.page.getByText(/^The program behind this page does not answer\./).waitFor();
    expect(takeProblems()).toEqual([]);
  });
});

describe('a locked app', () => {
  it('has nothing of the chats in the page, and shows them again to whoever has the passphrase', async () => {
    await alice.goTo('Settings');
    await alice.button('Privacy').click();
    await alice.button('Set a passphrase').click();
    await alice.dialog().getByLabel('New passphrase', { exact: true }).fill(PASSPHRASE);
    await alice.dialog().getByLabel('New passphrase again').fill(PASSPHRASE);
    await alice.dialog().getByRole('button', { name: 'Set a passphrase' }).click();
    await alice.page.getByText('The passphrase is set').waitFor();
    await alice.goTo('Chats');
    await alice.openChat('Bob');
    await alice.goTo('Lock');
    await alice.page.getByRole('heading', { name: 'Sotto is locked' }).waitFor();
    const page = await alice.page.content();
    for (const secret of ['Bob', 'from the first tab', 'are you there?', aliceId, bobId]) {
      expect(page).not.toContain(secret);
    }
    expect(await alice.page.title()).toBe('Sotto');
    await alice.page.reload();
    const field = alice.page.getByLabel('Passphrase');
    await field.fill('something else');
    await alice.page.keyboard.press('Enter');
    await alice.page.getByText(/^This is not the passphrase\./).waitFor();
    await field.fill(PASSPHRASE);
    await alice.page.keyboard.press('Enter');
    await alice.openChat('Bob');
    await alice.bubble('are you there?').waitFor();
    expect(takeProblems()).toEqual([]);
  });
});

function secretOf(label: string): string {
  return new URL(net.url(label)).hash.replace('#t=', '');
}

/** What lets a tab in again. */
async function sessionOf(page: Page): Promise<string> {
  const session = await page.evaluate<string | null>(`sessionStorage.getItem('sotto.session')`);
  if (session === null) throw new Error('the tab has no session');
  return session;
}

async function idIn(app: WebApp): Promise<string> {
  const groups = app.page.locator('main code span:not(.visually-hidden)');
  await groups.first().waitFor();
  return (await groups.allTextContents()).join('');
}

/** Files below a folder that hold a text. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
