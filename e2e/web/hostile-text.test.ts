import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AppPage, openAppPage } from '../src/app-page.ts';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import type { Running } from '../src/long-running.ts';
import { startUntilReady } from '../src/long-running.ts';
import { runSotto } from '../src/run-sotto.ts';
import { slowness } from '../src/slowness.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';
import { NAMES, PAYLOADS, TURNING } from '../src/web-payloads.ts';
import type { Person } from '../src/world.ts';

/** What others choose, names and texts, is text on this page and nothing else. One story. */

/** From a key to the picture that shows it, with the worst on screen. */
const KEY_MS = 500;
const COMBINING = 10_000;
const LONGEST = 65_536;

let net: AppsNet;
let browser: TestBrowser;
let alice: WebApp;
let own: AppPage;
let aliceId: string;
const strangers: Person[] = [];
/** The first of them once more, as an app that sends quickly. */
let mallory: AppPage;
let running: Running | undefined;

beforeAll(async () => {
  [net, browser] = await Promise.all([createAppsNet(['alice']), startBrowser()]);
  own = await openAppPage(net.url('alice'));
  aliceId = (await own.api.call('account.create', { name: 'Alice' })).account_id;
  alice = webApp(await browser.open(net.url('alice')));
  await alice.button('Add a contact').first().waitFor({ timeout: CARRIED_MS });
});
afterAll(async () => {
  await browser?.close();
  await running?.stop('SIGTERM');
  await net?.close();
});
afterEach(async () => {
  expect(browser.problems).toEqual([]);
  expect(await alice.page.evaluate('window.hostile')).toBe(undefined);
});

describe('names that are markup', () => {
  it('are shown as they are, in requests, headings and questions', async () => {
    strangers.push(...(await Promise.all(NAMES.map((name, at) => stranger(`stranger-${at}`, name)))));
    await Promise.all(
      strangers.map(async ({ profile, name }) => {
        const sent = await runSotto(['send', '--profile', profile, '--to', aliceId, '--', `from ${name}`]);
        expect([0, 3], sent.stderr).toContain(sent.code);
      }),
    );
    await alice.button(`${NAMES.length} requests`).click({ timeout: CARRIED_MS });
    for (const name of NAMES) {
      const row = alice.page.getByRole('option').filter({ has: alice.page.getByText(name, { exact: true }) });
      await row.click({ timeout: CARRIED_MS });
      await alice.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      await expect.poll(alice.texts, { timeout: CARRIED_MS }).toEqual([`from ${name}`]);
      await alice.button('Block').click();
      const question = await alice.page.getByRole('alertdialog').getByRole('heading').textContent();
      expect(question).toBe(`Block \u2068${name}\u2069?`);
      await alice.page.keyboard.press('Escape');
    }
  });
});

describe('texts that are markup', () => {
  it(`are shown as they are, each of ${PAYLOADS.length}`, async () => {
    const [first] = strangers;
    if (first === undefined) throw new Error('nobody is there');
    running = await startUntilReady(['app', '--profile', first.profile]);
    mallory = await openAppPage(String(running.ready['url']));
    await alice.openRequest(first.name);
    await alice.accept();
    for (const text of PAYLOADS) {
      await mallory.api.call('send', { to: aliceId, text });
      await shown(text);
    }
    expect(await alice.page.locator('article [id$="-text"] *').count()).toBe(0);
    // The same in a row of the list, which shows the last of them.
    const snippet = alice.page.locator('[role="option"] [id^="snippet-"]').first();
    await expect.poll(() => snippet.textContent()).toBe(PAYLOADS.at(-1));
  });

  it('are found, and shown as they are where they are found', async () => {
    await alice.page.getByRole('textbox', { name: /^Search, or paste/ }).fill('script window');
    await alice.page.getByRole('heading', { name: 'Messages', exact: true }).waitFor();
    const found = alice.page.locator('section[aria-labelledby="found-messages"] li');
    await expect.poll(() => found.count()).toBeGreaterThan(10);
    expect(await found.locator('script, img, svg [onload], iframe, style, object, form').count()).toBe(0);
    await alice.button('Clear the search').click();
  });

  it('are text in a link, a field and a draft too', async () => {
    const text = PAYLOADS[0] ?? '';
    await alice.field().fill(`${text} {{name}}`);
    await alice.goTo('Settings');
    await alice.goTo('Chats');
    const snippet = alice.page.locator('[id^="snippet-"]').filter({ hasText: 'Draft:' });
    await snippet.getByText(`${text} {{name}}`, { exact: true }).waitFor();
    await alice.button('Add a contact').first().click();
    const name = encodeURIComponent(`${text}\u202e`);
    await alice.dialog().getByLabel('Their ID or link').fill(`sotto://contact/${aliceId}?name=${name}`);
    await alice.page.keyboard.press('Escape');
  });
});

describe('texts that turn around, stack and swell', () => {
  it('turn nothing but themselves', async () => {
    await alice.page.getByRole('option').first().click();
    await alice.field().fill('');
    for (const text of TURNING) {
      await mallory.api.call('send', { to: aliceId, text });
      await shown(text);
      await inOrder();
    }
    // A row with such a snippet has its time where the others have it.
    expect(await alice.page.evaluate(SIDES)).toHaveLength(1);
  });

  it('leave the page quick', async () => {
    for (const text of [`z${'\u0301'.repeat(COMBINING)}`, 'x'.repeat(LONGEST), 'ok']) {
      await mallory.api.call('send', { to: aliceId, text });
      if (text.length < LONGEST) await shown(text.length > 2_000 ? undefined : text);
    }
    await shown('ok');
    await inOrder();
    // The stack first: the long line takes what stands above it off the screen.
    for (let closed = 2; closed > 0; closed--) await alice.button('Show all').first().click();
    const wide = await alice.page.evaluate<number>('document.scrollingElement.scrollWidth');
    expect(wide).toBe(1280);
    const before = slowness();
    await alice.page.evaluate(TIMED);
    await alice.type('quick as ever');
    expect(await alice.field().inputValue()).toBe('quick as ever');
    const read = () => alice.page.evaluate<number[]>('window.times');
    await expect.poll(read).toHaveLength('quick as ever'.length);
    const times = await read();
    expect(Math.max(...times)).toBeLessThan(KEY_MS * Math.max(before, slowness()));
  });
});

async function stranger(label: string, name: string): Promise<Person> {
  const profile = `${net.dir}/${label}`;
  const made = await runSotto([
    ...['account', 'create', '--profile', profile, '--network', net.network, '--name', name, '--json'],
  ]);
  if (made.code !== 0) throw new Error(made.stderr);
  const { account_id: account } = JSON.parse(made.stdout) as { account_id: string };
  return { name, profile, account };
}

/** Wait until the newest line is exactly this text; without one, any that was cut. */
async function shown(text: string | undefined): Promise<void> {
  const newest = alice.page.locator('article [id$="-text"]').last();
  const timeout = CARRIED_MS;
  if (text === undefined) await alice.button('Show all').last().waitFor({ timeout });
  else await expect.poll(() => newest.textContent(), { timeout }).toBe(text);
}

/** The parts of the newest message stand in the order that they are written in: time, road, state. */
async function inOrder(): Promise<void> {
  const meta = alice.page.locator('article [id$="-meta"]').last();
  const [time, road] = await Promise.all([
    meta.locator('time').boundingBox(),
    // On a busy machine a message may take the other road.
    meta.getByText(/^(Relay|Onion)$/).boundingBox(),
  ]);
  expect(time?.x).toBeLessThan(road?.x ?? 0);
  expect(await meta.locator('time').textContent()).toMatch(/^\d{1,2}:\d{2}\s[AP]M$/);
}

/** How far from their ends the rows of the list have their times: one number when all are alike. */
const SIDES = `[...new Set([...document.querySelectorAll('[role="option"]')].map((row) => {
  const times = row.querySelectorAll(':scope > span > span:first-child > span');
  return Math.round(row.getBoundingClientRect().right - times[times.length - 1].getBoundingClientRect().right);
}))]`;

/** Writes down how long each key takes until a picture with it is there. */
const TIMED = `(() => {
  window.times = [];
  let pressed = 0;
  addEventListener('keydown', () => { pressed = performance.now(); }, true);
  addEventListener('input', () => {
    const from = pressed;
    requestAnimationFrame(() => requestAnimationFrame(() => window.times.push(performance.now() - from)));
  }, true);
})()`;
