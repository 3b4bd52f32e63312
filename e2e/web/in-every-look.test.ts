import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBrowser, type TestBrowser } from '../src/browser.ts';
import { keyboardHand } from '../src/keyboard-hand.ts';
import { mouseHand } from '../src/mouse-hand.ts';
import { CARRIED_MS, type WebApp, webApp } from '../src/web-app.ts';
import type { WebHand } from '../src/web-hand.ts';
import { refuseMouse } from '../src/web-keys.ts';
import { type AppsNet, createAppsNet } from '../src/web-net.ts';
import { ARABIC, ENGLISH, type WebWords } from '../src/web-words.ts';

/**
 * From a name to a restored account by every hand and in every look. Together with two-people (mouse, wide, light,
 * English) these meet each pair of hand, width, colours and direction. All of them walk at the same time through
 * the same trouble of the same relay. One story.
 */
const LOOKS = [
  { look: 'mouse, narrow, dark, Arabic', hand: mouseHand, width: 375, colorScheme: 'dark', words: ARABIC },
  { look: 'keys, wide, dark, Arabic', hand: keyboardHand, width: 1280, colorScheme: 'dark', words: ARABIC },
  {
    look: 'keys, narrow, light, Arabic',
    hand: keyboardHand,
    width: 375,
    colorScheme: 'light',
    words: ARABIC,
  },
  {
    look: 'keys, narrow, dark, English',
    hand: keyboardHand,
    width: 375,
    colorScheme: 'dark',
    words: ENGLISH,
  },
] as const;

/** A relay that came back is trusted after a minute without trouble. */
const RECOVERED_MS = 150_000;

interface Person {
  readonly app: WebApp;
  readonly hand: WebHand;
}

/** Two people in one look, and the empty app where an account is restored. */
interface Pair {
  readonly look: string;
  readonly words: WebWords;
  readonly browser: TestBrowser;
  readonly alice: Person;
  readonly bob: Person;
  join(label: string): Promise<Person>;
}

let net: AppsNet;
let pairs: readonly Pair[] = [];

beforeAll(async () => {
  net = await createAppsNet(LOOKS.flatMap((_, at) => [`alice${at}`, `bob${at}`, `carol${at}`]));
  for (const [at, { look, hand, width, colorScheme, words }] of LOOKS.entries()) {
    const locale = words === ARABIC ? 'ar' : 'en-US';
    const browser = await startBrowser({ width, colorScheme, locale });
    const join = async (label: string): Promise<Person> => {
      const page = await browser.open(net.url(`${label}${at}`));
      if (hand === keyboardHand) await refuseMouse(page);
      return { app: webApp(page, words), hand: hand(page, words) };
    };
    const pair = { look, words, browser, join, alice: await join('alice'), bob: await join('bob') };
    pairs = [...pairs, pair];
  }
});
afterAll(async () => {
  for (const { browser } of pairs) await browser.close();
  await net?.close();
});
afterEach(() => {
  for (const { look, browser } of pairs) expect(browser.problems, look).toEqual([]);
});

/** A step of the story, in one look after the other; what fails says in which. */
function step(name: string, walk: (pair: Pair) => Promise<void>): void {
  it(name, async () => {
    for (const pair of pairs) {
      await walk(pair).catch((cause: unknown) => {
        throw new Error(`${pair.look}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
    }
  });
}

describe('in every look, two people', () => {
  step('sign up', async ({ alice, bob }) => {
    await alice.hand.createAccount('Alice');
    await bob.hand.createAccount('Bob');
  });

  step('save their words', async (pair) => {
    phrases.set(pair, await pair.alice.hand.saveWords());
    expect(phrases.get(pair)).toHaveLength(25);
  });

  step('find each other by a link', async ({ alice, bob }) => {
    await bob.hand.copyMyLink();
    await alice.hand.addFromClipboard();
    await alice.hand.send('good morning Bob');
    await bob.hand.accept('Alice');
  });

  step('talk by the relay', async ({ alice, bob, words }) => {
    await bob.hand.send('good morning Alice');
    await alice.app.expect('good morning Alice', { road: words.relay, state: '' });
    await alice.app.expect('good morning Bob', { road: words.relay, state: words.delivered });
    await onRoad(alice, words.automatic, words.relay);
  });

  step('see the same safety number', async ({ alice, bob }) => {
    const number = await alice.hand.verify();
    expect(number).toMatch(/^\d{60}$/);
    expect(await bob.hand.verify()).toBe(number);
  });

  it('lose their relay', async () => {
    await net.ctl('kill', 'relay');
  });

  step('go on by the onion road', async ({ alice, bob, words }) => {
    for (const { app } of [alice, bob]) {
      await app.page.getByText(words.relayDown).waitFor({ timeout: CARRIED_MS });
      await onRoad({ app }, words.automatic, words.onion);
    }
    await alice.hand.send('is the relay gone?');
    await bob.app.expect('is the relay gone?', { road: words.onion, state: '' });
    await bob.hand.send('we do not need it');
    await alice.app.expect('we do not need it', { road: words.onion, state: '' });
    await alice.app.expect('is the relay gone?', { road: words.onion, state: words.delivered });
  });

  it('have it back', async () => {
    await net.ctl('start', 'relay');
  });

  step('return to it with nothing lost, twice or in another order', async ({ alice, bob, words }) => {
    for (const { app } of [alice, bob]) {
      await onRoad({ app }, words.automatic, words.relay, RECOVERED_MS);
      await app.page.getByText(words.relayDown).waitFor({ state: 'detached' });
    }
    await alice.hand.send('as before');
    await bob.app.expect('as before', { road: words.relay, state: '' });
    const said = [
      'good morning Bob',
      'good morning Alice',
      'is the relay gone?',
      'we do not need it',
      'as before',
    ];
    for (const { app } of [alice, bob]) await expect.poll(app.texts, { timeout: CARRIED_MS }).toEqual(said);
  });

  step('are told what a restored account means', async (pair) => {
    const carol = await pair.join('carol');
    await carol.hand.restore(phrases.get(pair) ?? [], 'Alice');
    await pair.alice.app.page.getByText(pair.words.replaced).waitFor({ timeout: CARRIED_MS });
    await expect.poll(() => pair.alice.app.field().count()).toBe(0);
    await expect.poll(pair.alice.app.texts).toContain('as before');
    expect(await carol.hand.ownId()).toBe(await pair.alice.hand.ownId());
  });

  it('did that without a mouse where they had none: a press of it is told', async () => {
    for (const { alice, look, browser } of pairs.filter(({ look: name }) => name.startsWith('keys'))) {
      await alice.app.page.mouse.click(1, 1);
      await expect
        .poll(() => browser.problems.splice(0), { message: look })
        .toContain('console: a pointer was used');
    }
  });
});

const phrases = new Map<Pair, readonly string[]>();

/** How the header of the chat says that the next message travels. */
async function onRoad(
  { app }: Pick<Person, 'app'>,
  choice: string,
  road: string,
  timeout = CARRIED_MS,
): Promise<void> {
  await app.button(new RegExp(`^${choice}: ${road} · `)).waitFor({ timeout });
}
