import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { sottoJson } from '../src/run-sotto.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { foreignWords } from '../src/web-foreign.ts';
import { refuseMouse, type WebKeys, webKeys } from '../src/web-keys.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';
import { ARABIC } from '../src/web-words.ts';

/** The way from nothing to a chat without a mouse, on a narrow dark screen. One story. */

let net: AppsNet;
let browser: TestBrowser;
let alice: WebApp;
let bob: WebApp;
let aliceKeys: WebKeys;
let bobKeys: WebKeys;

beforeAll(async () => {
  [net, browser] = await Promise.all([
    createAppsNet(['alice', 'bob', 'carol']),
    startBrowser({ width: 375, height: 720, colorScheme: 'dark' }),
  ]);
  alice = webApp(await browser.open(net.url('alice')));
  bob = webApp(await browser.open(net.url('bob')));
  for (const { page } of [alice, bob]) await refuseMouse(page);
  [aliceKeys, bobKeys] = [webKeys(alice.page), webKeys(bob.page)];
});
afterAll(async () => {
  await browser?.close();
  await net?.close();
});
afterEach(() => {
  expect(browser.problems).toEqual([]);
});

async function signUp(app: WebApp, keys: WebKeys, name: string): Promise<void> {
  // The first button has the focus, and then the first field.
  await app.button('Create account').waitFor();
  await keys.enter('Create account');
  await app.page.getByLabel('Your name', { exact: true }).waitFor();
  await keys.tabTo(/^Your name/);
  await keys.type(name);
  await keys.press('Enter');
  await app.button('Add a contact').first().waitFor({ timeout: CARRIED_MS });
}

describe('somebody with a keyboard', () => {
  it('signs up with a name and Enter', async () => {
    await signUp(alice, aliceKeys, 'Alice');
    await signUp(bob, bobKeys, 'Bob');
  });

  it('copies the own link, and pastes that of another', async () => {
    await bobKeys.enter('My ID');
    await bobKeys.enter('Copy link');
    await bob.page.getByText('Copied').first().waitFor();
    await bobKeys.press('Escape');
    await bob.dialog().waitFor({ state: 'detached' });
    await expect.poll(bobKeys.focused).toBe('My ID');
    await aliceKeys.enter('Add a contact');
    await alice.dialog().waitFor();
    await expect.poll(aliceKeys.focused).toMatch(/^Their ID or link/);
    await aliceKeys.press('Control+V');
    await alice.dialog().getByText('They call themselves').waitFor();
    await aliceKeys.enter('Add and write');
    await alice.field().waitFor();
  });

  it('writes, with Enter to send and Shift for another line', async () => {
    await aliceKeys.tabTo(/^Message to/);
    await aliceKeys.type('first line');
    await aliceKeys.press('Shift+Enter');
    await aliceKeys.type('second line');
    await aliceKeys.press('Enter');
    await alice.bubble('second line').waitFor();
    await expect.poll(alice.texts).toEqual(['first line\nsecond line']);
  });

  it('accepts a request, and answers', async () => {
    await bobKeys.press('Alt+Digit2');
    const row = bob.page.getByRole('option', { name: 'Alice' });
    await row.waitFor({ timeout: CARRIED_MS });
    await bobKeys.enter(/Alice.*1 unread/);
    await bob.bubble('second line').waitFor();
    await bobKeys.enter('Accept');
    await bob.button('Accept').waitFor({ state: 'detached' });
    await bobKeys.tabTo(/^Message to/);
    await bobKeys.type('hello');
    await bobKeys.press('Enter');
    await alice.expect('hello', { road: 'Relay', state: '' });
  });

  it('goes through messages with arrows, and to what can be done with one', async () => {
    await aliceKeys.tabTo(/^Bob.* hello/, 'Shift+Tab');
    await aliceKeys.press('ArrowUp');
    await expect.poll(aliceKeys.focused).toMatch(/^You first line/);
    await aliceKeys.press('Shift+F10');
    await alice.page.getByRole('menu').waitFor();
    await expect.poll(aliceKeys.focused).toBe('Copy text');
    await aliceKeys.press('ArrowDown', 'Enter');
    await alice.dialog().getByRole('heading', { name: 'About this message' }).waitFor();
    await aliceKeys.press('Escape');
    await alice.dialog().waitFor({ state: 'detached' });
  });

  it('compares safety numbers and marks a contact as verified', async () => {
    await aliceKeys.enter('More about this chat');
    await alice.page.getByRole('menu').waitFor();
    await expect.poll(aliceKeys.focused).toBe('Contact details');
    await aliceKeys.press('Enter');
    await alice.button('Compare').waitFor();
    await aliceKeys.enter('Compare');
    await alice.dialog().waitFor();
    await aliceKeys.enter('Mark as verified');
    await alice.page.getByText('You have compared it: these are their keys.').waitFor();
    await expect.poll(aliceKeys.focused).toBe('Compare');
    await aliceKeys.press('Escape');
    await alice.field().waitFor();
  });

  it('gets from section to section, and to commands by name', async () => {
    await aliceKeys.press('Alt+Digit4');
    await alice.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await aliceKeys.enter('Privacy');
    const receipts = alice.page.getByRole('switch', { name: /^Read receipts/ });
    await aliceKeys.tabTo(/^Read receipts/);
    const before = await receipts.isChecked();
    await aliceKeys.press('Space');
    await expect.poll(() => receipts.isChecked()).toBe(!before);
    await aliceKeys.press('Control+K');
    await alice.page.getByRole('combobox').waitFor();
    await aliceKeys.type('bob');
    await aliceKeys.press('Enter');
    await alice.page.getByRole('heading', { level: 1, name: 'Bob' }).waitFor();
    await aliceKeys.press('Control+/');
    await alice.dialog().getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await aliceKeys.press('Escape');
  });

  it('has the relay asked through the onion network, and the chat says so', async () => {
    await aliceKeys.press('Alt+Digit4');
    await aliceKeys.enter('Network');
    const choice = alice.page.getByRole('radiogroup', { name: 'How your relay is asked' });
    await choice.getByText('A relay that watches addresses in its memory').waitFor();
    await aliceKeys.tabTo(/^Directly/);
    await aliceKeys.press('ArrowDown');
    await choice.getByRole('radio', { name: /^Through the onion network/, checked: true }).waitFor();
    await aliceKeys.press('Alt+Digit1');
    await aliceKeys.enter(/Bob.*verified/);
    await alice.page
      .getByRole('button', { name: /^Automatic: Relay, through the onion network\./ })
      .waitFor();
    await aliceKeys.tabTo(/^Message to/);
    await aliceKeys.type('the long way');
    await aliceKeys.press('Enter');
    await alice.expect('the long way', { road: 'Relay', state: '' });
    const shown = await sottoJson(['account', 'relay-access', '--profile', net.profile('alice')]);
    expect(shown).toEqual({ relay_access: 'onion' });
  });

  it('did all that without a mouse: a single press of it would have been told', async () => {
    await alice.button('More about this chat').click();
    expect(browser.problems.splice(0)).toContain('console: a pointer was used');
  });
});

describe('somebody who reads from right to left', () => {
  it('finds every word in Arabic, and nothing that moves by itself', async () => {
    const wide = await startBrowser({ locale: 'ar', reducedMotion: 'reduce' });
    try {
      const carol = webApp(await wide.open(net.url('carol')), ARABIC);
      const keys = webKeys(carol.page);
      const look = async () => {
        expect(
          await carol.page.evaluate('[document.documentElement.dir, document.documentElement.lang]'),
        ).toEqual(['rtl', 'ar']);
        expect(await foreignWords(carol.page, ['Carol', 'Bob', 'hi Bob'])).toEqual([]);
        expect(await carol.page.evaluate(MOVING)).toEqual([]);
      };
      await carol.button(ARABIC.createAccount).waitFor();
      await look();
      await keys.enter(ARABIC.createAccount);
      await look();
      await keys.tabTo(/^اسمك/);
      await keys.type('Carol');
      await keys.press('Enter');
      await carol.button(ARABIC.addContact).first().waitFor({ timeout: CARRIED_MS });
      await look();
      await keys.enter(ARABIC.myId);
      await carol.dialog().waitFor();
      await look();
      await keys.press('Escape');
      await keys.enter(ARABIC.addContact);
      await keys.type(await idOf('bob'));
      await look();
      await keys.enter(ARABIC.addAndWrite);
      await carol.field().waitFor();
      await keys.tabTo(ARABIC.message);
      await keys.type('hi Bob');
      await keys.press('Enter');
      await carol.bubble('hi Bob').waitFor();
      await look();
      await keys.enter(ARABIC.details);
      await carol.page.getByRole('list', { name: ARABIC.safetyDigits }).waitFor({ timeout: CARRIED_MS });
      await look();
      await keys.press('Alt+Digit3');
      await carol.page.getByRole('heading', { level: 1, name: ARABIC.network }).waitFor();
      await look();
      await keys.press('Alt+Digit4');
      for (const page of [
        'الملف الشخصي',
        'الخصوصية',
        'الشبكة',
        'المظهر',
        'بياناتك',
        'المساعدة وحول البرنامج',
      ]) {
        await keys.enter(page);
        await carol.page.getByRole('heading', { level: 1, name: page }).waitFor();
        await look();
      }
      await keys.press('Control+K');
      await carol.page.getByRole('combobox').waitFor();
      await look();
      await keys.press('Escape', 'Control+/');
      await carol.dialog().waitFor();
      await look();
      expect(wide.problems).toEqual([]);
    } finally {
      await wide.close();
    }
  });
});

async function idOf(app: string): Promise<string> {
  const shown = await sottoJson(['account', 'show', '--profile', net.profile(app)]);
  return String(shown['account_id']);
}

/** What goes on moving on this page. */
const MOVING = `document.getAnimations().filter(({ effect, playState }) => {
  const { iterations, duration } = effect.getComputedTiming();
  return playState === 'running' && (iterations === Infinity || Number(duration) > 10);
}).map(({ effect }) => effect.target?.className ?? '')`;
