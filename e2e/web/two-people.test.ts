import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { startUntilReady } from '../src/long-running.ts';
import { slowness } from '../src/slowness.ts';
import { waitUntil } from '../src/wait-until.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';

/** Two people from nothing to a chat over both roads, by mouse. One story: each part goes on where the one before ended. */

const SIGN_UP_MS = 10_000;
/** A relay that came back is trusted after a minute without trouble. */
const RECOVERED_MS = 150_000;
/** What is asked of a relay that is starting waits for it: for four seconds, of which clients need some to connect again. */
const SHORT_MS = 2_000;
const RELAY_DOWN = /^The relay does not answer well\./;

let net: AppsNet;
let browser: TestBrowser;
let alice: WebApp;
let bob: WebApp;
let carol: WebApp;
let words: readonly string[];

beforeAll(async () => {
  [net, browser] = await Promise.all([createAppsNet(['alice', 'bob', 'carol']), startBrowser()]);
  alice = webApp(await browser.open(net.url('alice')));
  bob = webApp(await browser.open(net.url('bob')));
});
afterAll(async () => {
  await browser?.close();
  await net?.close();
});
afterEach(() => {
  expect(browser.problems).toEqual([]);
});

describe('two people', () => {
  it('sign up in less than ten seconds each', async () => {
    const before = slowness();
    const took = [await alice.createAccount('Alice'), await bob.createAccount('Bob')];
    expect(Math.max(...took)).toBeLessThan(SIGN_UP_MS * Math.max(before, slowness()));
  });

  it('find each other by a link, and talk after bob has accepted', async () => {
    await bob.copyMyLink();
    await alice.addFromClipboard();
    await alice.send('good morning Bob');
    await bob.button(/^1 request$/).waitFor({ timeout: CARRIED_MS });
    await bob.openRequest('Alice');
    await bob.bubble('good morning Bob').waitFor();
    await bob.page.getByText(/Alice.* wants to write to you\./).waitFor();
    await bob.accept();
    await bob.send('good morning Alice');
    await alice.expect('good morning Alice', { road: 'Relay', state: '' });
    await alice.expect('good morning Bob', { road: 'Relay', state: 'Delivered' });
    await bob.expect('good morning Alice', { road: 'Relay', state: 'Delivered' });
    await subtitle(alice.page, /^Automatic: Relay · \d+ ms/);
  });

  it('notice nothing of a relay that is started anew, and what they say meanwhile arrives', async () => {
    const seen = await Promise.all([alice, bob].map(({ page }) => watchFor(page, RELAY_DOWN)));
    const [away] = await Promise.all([startRelayAnew(), alice.send('is there an update?')]);
    const road = away < SHORT_MS ? 'Relay' : /Relay|Onion/;
    await bob.expect('is there an update?', { road, state: '' });
    await alice.expect('is there an update?', { road, state: 'Delivered' });
    // Beyond that it is away, and has to be told of.
    if (away < SHORT_MS) expect(await Promise.all(seen.map((ended) => ended()))).toEqual([[], []]);
  });

  it('go on by the onion road when the relay is killed, and are told so', async () => {
    await net.ctl('kill', 'relay');
    for (const { page } of [alice, bob]) {
      await page.getByText(RELAY_DOWN).waitFor({ timeout: CARRIED_MS });
      await subtitle(page, /^Automatic: Onion · 3 hops/);
    }
    await alice.send('is the relay gone?');
    await bob.expect('is the relay gone?', { road: 'Onion', state: '' });
    await bob.send('we do not need it');
    await alice.expect('we do not need it', { road: 'Onion', state: '' });
    await alice.expect('is the relay gone?', { road: 'Onion', state: 'Delivered' });
  });

  it('are warned of another server in the place of the relay, and tell it nothing', async () => {
    const { host } = new URL(String(net.running.ready['relay']));
    const data = join(net.dir, 'somebody');
    const somebody = await startUntilReady(['relay', 'serve', '--data', data, '--listen', host]);
    for (const { page } of [alice, bob]) {
      await page
        .getByText(/^The relay shows another key than its address says/)
        .waitFor({ timeout: CARRIED_MS });
    }
    await alice.send('who is that?');
    await bob.expect('who is that?', { road: 'Onion', state: '' });
    await alice.goTo('Network');
    await alice.page.getByText(/^Another key is shown at its address/).waitFor();
    await alice.goTo('Chats');
    await alice.openChat('Bob');
    await somebody.stop('SIGKILL');
  });

  it('see of a message that waits why, and see it leave when its road returns', async () => {
    await alice.openDetails();
    await alice.choose(/^Relay/);
    await subtitle(alice.page, /^Relay: waits, the relay does not answer/);
    await alice.send('this one waits');
    await alice.expect('this one waits', { road: 'Waiting', state: '' });
    await net.ctl('start', 'relay');
    await bob.expect('this one waits', { road: 'Relay', state: '' });
    await alice.expect('this one waits', { road: 'Relay', state: 'Delivered' });
    await alice.choose(/^Automatic/);
    await subtitle(alice.page, /^Automatic: /);
  });

  it('keep what they have begun to write, each chat its own, through a reload', async () => {
    await alice.button('Add a contact').first().click();
    await alice.dialog().getByLabel('Their ID or link').click();
    await alice.page.keyboard.insertText(someId());
    await alice.dialog().getByLabel('Your name for them').click();
    await alice.page.keyboard.type('Dora');
    await alice.dialog().getByRole('button', { name: 'Add and write' }).click();
    await alice.page.getByRole('heading', { level: 1, name: 'Dora' }).waitFor();
    await alice.type('dear Dora');
    await alice.openChat('Bob');
    await alice.type('half a tho');
    await alice.goTo('Settings');
    await alice.goTo('Chats');
    for (const name of [/Bob.*draft/, /Dora.*draft/]) {
      await alice.page.getByRole('option', { name }).waitFor();
    }
    await alice.page.reload();
    await alice.openChat('Dora');
    await expect.poll(() => alice.field().inputValue()).toBe('dear Dora');
    await alice.openChat('Bob');
    await expect.poll(() => alice.field().inputValue()).toBe('half a tho');
    await alice.field().fill('');
  });

  it('find a message and are led to it', async () => {
    const search = alice.page.getByRole('textbox', { name: 'Search, or paste an ID' });
    await search.click();
    await alice.page.keyboard.type('relay gone');
    await alice.page.getByRole('button', { name: /is the relay gone\?/ }).click();
    await alice.page.locator('[data-found]', { hasText: 'is the relay gone?' }).waitFor();
    await alice.button('Clear the search').click();
  });

  it('see the same safety number, and mark it as compared', async () => {
    await alice.openDetails();
    await bob.openDetails();
    const number = await alice.safetyNumber();
    expect(number).toMatch(/^\d{60}$/);
    expect(await bob.safetyNumber()).toBe(number);
    await alice.button('Compare').click();
    await alice.dialog().getByRole('button', { name: 'Mark as verified' }).click();
    await alice.page.getByText('You have compared it: these are their keys.').waitFor();
    await alice.page.getByRole('option', { name: /Bob.*verified/ }).waitFor();
  });

  it('see their words while they hold a button, and have them forgotten for two of them', async () => {
    await alice.button('Save words').click();
    const list = alice.dialog().getByRole('list', { name: 'Recovery words' });
    const hold = alice.dialog().getByRole('button', { name: 'Hold to show' });
    expect(await alice.dialog().getByRole('button', { name: 'Look at the words first.' }).isDisabled()).toBe(
      true,
    );
    await hold.hover();
    await alice.page.mouse.down();
    await list.waitFor();
    words = (await list.locator('span:last-child').allTextContents()).map((word) => word.trim());
    expect(words).toHaveLength(25);
    await alice.page.mouse.up();
    await list.waitFor({ state: 'detached' });
    expect(await alice.page.content()).not.toContain(`>${words[0]}<`);
    await alice.dialog().getByRole('button', { name: 'I have written them down' }).click();
    const asked = alice.dialog().getByRole('textbox', { name: /^Word \d+/ });
    expect(await asked.count()).toBe(2);
    await asked.first().fill('wrong');
    await asked.last().fill('wrong');
    await alice.dialog().getByRole('button', { name: 'Check and finish' }).click();
    await alice.dialog().getByText('Not the word at this place.').first().waitFor();
    const labels = await alice
      .dialog()
      .getByText(/^Word \d+$/)
      .allTextContents();
    for (const [at, label] of labels.entries()) {
      await asked.nth(at).fill(words[Number(label.slice('Word '.length)) - 1] ?? '');
    }
    await alice.dialog().getByRole('button', { name: 'Check and finish' }).click();
    await alice.page.getByText('Words saved. This device has forgotten them.').waitFor();
    await expect.poll(() => alice.button('Save words').count()).toBe(0);
    await alice.goTo('Settings');
    await alice.page.getByText(/^This device does not hold the words any more/).waitFor();
    await alice.goTo('Chats');
    await alice.openChat('Bob');
  });

  it('return to the relay a minute after it is back, with nothing lost, twice or in another order', async () => {
    for (const { page } of [alice, bob]) {
      await subtitle(page, /^Automatic: Relay · \d+ ms/, RECOVERED_MS);
      await page.getByText(/^The relay does not answer well\./).waitFor({ state: 'detached' });
    }
    await alice.send('as before');
    await bob.expect('as before', { road: 'Relay', state: '' });
    const said = [
      'good morning Bob',
      'good morning Alice',
      'is there an update?',
      'is the relay gone?',
      'we do not need it',
      'who is that?',
      'this one waits',
      'as before',
    ];
    for (const { texts } of [alice, bob]) await expect.poll(texts, { timeout: CARRIED_MS }).toEqual(said);
  });

  it('are told what it means to restore an account, and the old device that it ended', async () => {
    carol = webApp(await browser.open(net.url('carol')));
    await carol.button('I have an account').click();
    await carol.page.getByText(/^This device takes the account over\./).waitFor();
    await carol.page.getByText(/^Contacts and chats do not come along\./).waitFor();
    await carol.page.getByRole('textbox', { name: 'Recovery words' }).click();
    await carol.page.keyboard.insertText(words.join(' '));
    await carol.page.getByText(/25 of 25 words · all are in the list/).waitFor();
    await carol.page.getByLabel('Your name', { exact: true }).click();
    await carol.page.keyboard.type('Alice');
    await carol.button('Restore account').click();
    await carol.button('Add a contact').first().waitFor({ timeout: CARRIED_MS });
    expect(await ownId(carol)).toBe(await ownId(alice));
    await alice.page
      .getByText(/^This account was restored on another device, or deleted\. Nothing/)
      .waitFor({ timeout: CARRIED_MS });
    await expect.poll(() => alice.field().count()).toBe(0);
    await alice.page.getByText('You can read here, and write there.').waitFor();
    await expect.poll(alice.texts).toContain('as before');
  });

  it('see of a message that nobody can get any more why, and may try again or delete it', async () => {
    await carol.goTo('Settings');
    await carol.button('Your data').click();
    await carol.button('Delete everywhere…').click();
    const question = carol.page.getByRole('alertdialog');
    await question.getByRole('textbox').click();
    await carol.page.keyboard.type('Alice');
    await question.getByRole('button', { name: 'Delete everywhere' }).click();
    await carol.page.getByRole('heading', { name: 'Welcome to Sotto' }).waitFor({ timeout: CARRIED_MS });
    // The swarm of an account keeps for it what comes; the relay knows that it is gone.
    await bob.choose(/^Relay/);
    await bob.send('are you still there?');
    const told = /The relay does not know their account any more/;
    await bob.expect('are you still there?', { road: told, state: 'Not sent' });
    await bob.bubble('are you still there?').getByRole('button', { name: 'Try again' }).click();
    await bob.expect('are you still there?', { road: told, state: 'Not sent' });
    await bob.bubble('are you still there?').getByRole('button', { name: 'Delete', exact: true }).click();
    await bob.bubble('are you still there?').waitFor({ state: 'detached' });
    await bob.button('Undo').click();
    await bob.bubble('are you still there?').waitFor();
  });
});

/** End the relay as an update does, and start it at its address; resolves with how long it was away, in milliseconds. */
async function startRelayAnew(): Promise<number> {
  const pid = Number(net.running.ready['relay_pid']);
  const since = performance.now();
  process.kill(pid, 'SIGTERM');
  await waitUntil('the relay has ended', 30_000, () => !isAlive(pid));
  await net.ctl('start', 'relay');
  return performance.now() - since;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Look from now on for a text, however short it is there. What is returned ends that, with what was seen. */
async function watchFor(page: Page, text: RegExp): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(`globalThis.seenTexts = [];
    globalThis.seeTexts = new MutationObserver(() => {
      for (const element of document.querySelectorAll('p, span, [role=status], [role=alert]')) {
        if (${text}.test(element.textContent)) globalThis.seenTexts.push(element.textContent);
      }
    });
    globalThis.seeTexts.observe(document.body, { subtree: true, childList: true, characterData: true });`);
  return () => page.evaluate<readonly string[]>('globalThis.seeTexts.disconnect(), globalThis.seenTexts');
}

/** An ID as somebody has it who is on no network that we know. */
function someId(): string {
  const { publicKey } = generateKeyPairSync('x25519');
  return `05${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')}`;
}

/** How the header of the chat says that the next message travels. */
async function subtitle(page: Page, way: RegExp, timeout = CARRIED_MS): Promise<void> {
  await page.getByRole('button', { name: way }).waitFor({ timeout });
}

/** The digits of one's own ID, as the dialog shows them. */
async function ownId(app: WebApp): Promise<string> {
  await app.goTo('My ID');
  const digits = (await app.dialog().locator('code').textContent()) ?? '';
  await app.dialog().getByRole('button', { name: 'Close' }).click();
  return digits;
}
