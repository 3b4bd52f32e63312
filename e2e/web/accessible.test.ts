import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AppPage, openAppPage } from '../src/app-page.ts';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { waitUntil } from '../src/wait-until.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { LOOKS, lookAt, type WebLook } from '../src/web-looks.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';

/** Every screen and dialog by the rules of WCAG 2.2 AA: light and dark, wide and narrow, and from right to left. */

const PASSPHRASE = 'four words that rhyme';
/** From right to left it is looked at where there is the least room. */
const ARABIC_LOOKS: readonly WebLook[] = [
  { width: 375, colorScheme: 'light' },
  { width: 320, colorScheme: 'dark' },
];

/** Of the right form; what it leads to is not asked for. */
const JOIN_LINK = `sotto://join?i=05${'0'.repeat(64)}&n=Alice&d=AA&t=1&a=127.0.0.1:1&c=00000000`;

let net: AppsNet;
let browser: TestBrowser;
/** The same app without its drawing: what is not looked at goes this way. */
let behind: AppPage;
let bob: AppPage;
let alice: WebApp;

beforeAll(async () => {
  [net, browser] = await Promise.all([
    createAppsNet(['alice', 'bob', 'carol']),
    startBrowser({ reducedMotion: 'reduce' }),
  ]);
  [behind, bob] = await Promise.all([openAppPage(net.url('alice')), openAppPage(net.url('bob'))]);
  alice = webApp(await browser.open(net.url('alice')));
});
afterAll(async () => {
  await browser?.close();
  await net?.close();
});
afterEach(() => {
  expect(browser.problems).toEqual([]);
});

/** Look at what is on screen in all languages and looks. */
async function see(screen: string): Promise<void> {
  const { page } = alice;
  const problems = [...(await lookAt(page, screen, LOOKS))];
  await speak('ar');
  problems.push(...(await lookAt(page, `${screen}, ar`, ARABIC_LOOKS)));
  await speak('en');
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(problems).toEqual([]);
}

async function speak(language: 'ar' | 'en'): Promise<void> {
  await behind.api.call('settings.change', { language });
  await alice.page.locator(`html[lang="${language}"]`).waitFor();
}

async function close(): Promise<void> {
  await alice.page.keyboard.press('Escape');
  await alice.page
    .locator('[role="dialog"], [role="alertdialog"], [role="menu"]')
    .waitFor({ state: 'detached' });
}

describe('before there is an account', () => {
  for (const locale of ['en-US', 'ar']) {
    it(`nothing shuts anybody out in ${locale}`, async () => {
      const own = await startBrowser({ locale, reducedMotion: 'reduce' });
      try {
        const { page } = webApp(await own.open(net.url('carol')));
        const looks = locale === 'ar' ? ARABIC_LOOKS : LOOKS;
        const problems: string[] = [];
        const [create, restore, another] = [0, 1, 2].map((at) => page.locator('main button').nth(at));
        await create?.waitFor();
        problems.push(...(await lookAt(page, 'welcome', looks)));
        await create?.click();
        await page.locator('main input').first().waitFor();
        problems.push(...(await lookAt(page, 'create', looks)));
        await page.locator('header button').first().click();
        await restore?.click();
        await page.locator('textarea').fill('abbey abduct nosuchword ');
        await page.getByText('nosuchword').last().waitFor();
        problems.push(...(await lookAt(page, 'restore', looks)));
        await page.locator('header button').first().click();
        await another?.click();
        await page.locator('textarea').fill('sotto-network:1:half');
        problems.push(...(await lookAt(page, 'network', looks)));
        await page.locator('textarea').fill(JOIN_LINK);
        await page.getByText(/Alice/).first().waitFor();
        problems.push(...(await lookAt(page, 'a link to join', looks)));
        expect(problems).toEqual([]);
        expect(own.problems).toEqual([]);
      } finally {
        await own.close();
      }
    });
  }
});

describe('this look at screens', () => {
  it('sees a button without a name in each of them, and what is wider than the narrowest', async () => {
    const own = await startBrowser();
    try {
      const page = await own.open(net.url('carol'));
      await page.locator('main button').first().waitFor();
      await page.evaluate(`{
        const button = document.createElement('button');
        button.style.inlineSize = '24rem';
        document.querySelector('main').append(button);
      }`);
      const problems = await lookAt(page, 'spoilt', LOOKS);
      const unnamed = problems.filter((problem) => problem.includes('button-name'));
      expect(unnamed).toHaveLength(LOOKS.length);
      expect(problems.at(-1)).toMatch(/^spoilt, 320: is \d+ wide$/);
    } finally {
      await own.close();
    }
  });
});

describe('with an account', () => {
  it('the first screens shut nobody out', async () => {
    await behind.api.call('events.subscribe', {});
    await behind.api.call('account.create', { name: 'Alice' });
    await alice.button('Add a contact').first().waitFor({ timeout: CARRIED_MS });
    await see('chats, empty');
    await alice.goTo('My ID');
    await see('my ID');
    await alice.dialog().getByRole('button', { name: 'Invite somebody who is not here yet' }).click();
    await alice.dialog().getByRole('button', { name: 'Copy link to join' }).waitFor();
    await see('a link to join, to give away');
    await close();
    await alice.button('Add a contact').first().click();
    await see('add a contact');
    await alice.dialog().getByLabel('Their ID or link').fill('05 not an ID');
    await see('add a contact, wrong');
    const { account_id: bobId } = await bob.api.call('account.create', { name: 'Bob' });
    await alice.dialog().getByLabel('Their ID or link').fill(bobId);
    await alice
      .dialog()
      .getByText(/^What you write reaches them/)
      .waitFor();
    await see('add a contact, found');
    await close();
    await behind.api.call('contacts.add', { who: bobId });
  });

  it('recovery words shut nobody out', async () => {
    await alice.button('Save words').click();
    await see('words, hidden');
    await alice
      .dialog()
      .getByRole('button', { name: /^Show for/ })
      .click();
    await alice.dialog().getByRole('list', { name: 'Recovery words' }).waitFor();
    await alice.dialog().getByRole('button', { name: 'I have written them down' }).click();
    await alice.dialog().getByRole('textbox').first().fill('wrong');
    await alice.dialog().getByRole('textbox').last().fill('wrong');
    await alice.dialog().getByRole('button', { name: 'Check and finish' }).click();
    await alice
      .dialog()
      .getByText(/^Not the word/)
      .first()
      .waitFor();
    await see('words, asked back');
    await close();
  });

  it('chats and requests shut nobody out', async () => {
    const { account_id: own } = await behind.api.call('account.show', {});
    const { account_id: bobId } = await bob.api.call('account.show', {});
    const carol = await openAppPage(net.url('carol'));
    await carol.api.call('account.create', { name: 'Carol' });
    for (const text of ['good morning', 'how is the weather in the north?']) {
      await behind.api.call('send', { to: bobId, text });
    }
    await waitUntil('bob has a request', CARRIED_MS, async () => {
      const { chats } = await bob.api.call('chats.list', { limit: 10 });
      return chats.some(({ unread }) => unread === 2);
    });
    await bob.api.call('contacts.accept', { who: own });
    await bob.api.call('send', { to: own, text: 'cold, and bright' });
    await carol.api.call('contacts.add', { who: own });
    await carol.api.call('send', { to: own, text: 'do you know me?' });
    await alice.button(/^1 request$/).waitFor({ timeout: CARRIED_MS });
    await alice.page.getByRole('option', { name: /Bob.*1 unread/ }).waitFor({ timeout: CARRIED_MS });
    await alice.openChat('Bob');
    await alice.bubble('cold, and bright').waitFor();
    await see('chat');
    const [chooser] = await Promise.all([
      alice.page.waitForEvent('filechooser'),
      alice.button('Attach files').click(),
    ]);
    await chooser.setFiles(
      Array.from({ length: 11 }, (_, at) => ({
        name: `a picture with quite a long name ${at}.png`,
        mimeType: 'image/png',
        buffer: Buffer.from(`${at}`),
      })),
    );
    await alice.page.getByText(/^A message takes 10 files\./).waitFor();
    await see('files, attached and refused');
    await alice.send('ten of them');
    await alice.bubble('ten of them').getByRole('progressbar').first().waitFor({ state: 'detached' });
    await see('files, sent');
    await alice.bubble('cold, and bright').hover();
    await alice.bubble('cold, and bright').getByRole('button').click();
    await alice.page.getByRole('menu').waitFor();
    await see('menu of a message');
    await alice.page.getByRole('menuitem', { name: 'Details' }).click();
    await see('a message in full');
    await close();
    await alice.button('Search in this chat').click();
    await alice.page.keyboard.type('cold');
    await alice.page.getByText('1 message', { exact: true }).waitFor();
    await see('search in a chat');
    await alice.page.keyboard.press('Escape');
    await alice.page.keyboard.press('Escape');
    await alice.page.getByRole('textbox', { name: /^Search, or paste/ }).fill('cold');
    await alice.page.getByRole('heading', { name: 'Messages', exact: true }).waitFor();
    await see('search');
    await alice.button('Clear the search').click();
    await alice.openRequest('Carol');
    await see('a request');
    await alice.button('Block').click();
    await see('a question');
    await close();
    await alice.goTo('Chats');
  });

  it('a contact and the way of messages shut nobody out', async () => {
    await alice.openChat('Bob');
    await alice.openDetails();
    await see('a contact');
    await alice.button('Compare').click();
    await see('safety numbers');
    await close();
    await alice.button(/Show the way that messages take\.$/).click();
    await alice.dialog().getByRole('heading', { name: 'Who sees what' }).waitFor();
    await see('the way of messages');
    await close();
    await alice.goTo('Network');
    await alice.page.getByRole('heading', { name: 'Guards' }).waitFor();
    await see('network');
  });

  it('settings shut nobody out', async () => {
    await alice.goTo('Settings');
    const pages = ['Profile', 'Privacy', 'Network', 'Appearance', 'Your data', 'Help and about'];
    const list = alice.page.getByRole('navigation', { name: 'Pages of the settings' });
    for (const name of pages) {
      await list.getByRole('button', { name, exact: true }).click();
      await alice.page.getByRole('heading', { level: 1, name }).waitFor();
      await see(`settings: ${name}`);
    }
    for (const [page, opener] of [
      ['Your data', 'Export…'],
      ['Your data', 'Delete everywhere…'],
      ['Privacy', 'Set a passphrase'],
    ] as const) {
      await list.getByRole('button', { name: page, exact: true }).click();
      await alice.button(opener).click();
      await see(opener);
      await close();
    }
    await alice.page.keyboard.press('Control+K');
    await alice.page.keyboard.type('b');
    await see('commands');
    await close();
    await alice.page.keyboard.press('Control+/');
    await see('keyboard shortcuts');
    await close();
  });

  it('trouble and a lock shut nobody out', async () => {
    await alice.goTo('Chats');
    await alice.openChat('Bob');
    await net.ctl('kill', 'relay');
    await alice.page.getByText(/^The relay does not answer well\./).waitFor({ timeout: CARRIED_MS });
    const { account_id: bobId } = await bob.api.call('account.show', {});
    await behind.api.call('contacts.road', { who: bobId, road: 'relay' });
    await behind.api.call('send', { to: bobId, text: 'this one waits' });
    await alice.expect('this one waits', { road: 'Waiting', state: '' });
    await see('a road that is down');
    await behind.api.call('app.passphrase', { next: PASSPHRASE });
    await behind.api.call('app.lock', {});
    await alice.page.getByRole('heading', { name: 'Sotto is locked' }).waitFor();
    const problems = await lookAt(alice.page, 'locked', LOOKS);
    expect(problems).toEqual([]);
  });
});
