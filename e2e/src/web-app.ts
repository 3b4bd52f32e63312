import type { Locator, Page } from 'playwright-core';
import { ENGLISH, type WebWords } from './web-words.ts';

/** How long a message, or word of one, may be on its way while the machine is busy. */
export const CARRIED_MS = 60_000;

/** What a person does with the page by mouse, in words; whoever needs more takes `page`. */
export interface WebApp {
  readonly page: Page;
  /** From the first screen to the chats. Returns the milliseconds from the first key to there. */
  createAccount(name: string): Promise<number>;
  /** Put my contact link on the clipboard. */
  copyMyLink(): Promise<void>;
  /** Add whoever's link is on the clipboard. */
  addFromClipboard(): Promise<void>;
  openChat(name: string): Promise<void>;
  /** From wherever one is, to the request of somebody. */
  openRequest(name: string): Promise<void>;
  accept(): Promise<void>;
  type(text: string): Promise<void>;
  send(text: string): Promise<void>;
  field(): Locator;
  /** The bubble of a text in the chat that is open. */
  bubble(text: string): Locator;
  /** Wait until a text is there and tells how it travelled. */
  expect(text: string, told: { readonly road: RegExp | string; readonly state: string }): Promise<void>;
  /** All texts of the chat that are on screen, the oldest first. */
  texts(): Promise<readonly string[]>;
  button(name: string | RegExp): Locator;
  dialog(): Locator;
  goTo(section: string): Promise<void>;
  /** Press one of a few choices, by how its words begin. */
  choose(option: RegExp): Promise<void>;
  /** The contact's panel of the chat that is open. */
  openDetails(): Promise<void>;
  /** The sixty digits of the contact's panel, which is open. */
  safetyNumber(): Promise<string>;
}

export function webApp(page: Page, words: WebWords = ENGLISH): WebApp {
  const button = (name: string | RegExp): Locator =>
    page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  const field = (): Locator => page.getByRole('textbox', { name: words.message });
  const bubble = (text: string): Locator => page.getByRole('article').filter({ hasText: text });
  const dialog = (): Locator => page.getByRole('dialog');
  // A section also says how much is new in it, or how the roads are.
  const nav = (name: string): Locator =>
    page
      .locator('nav')
      .first()
      .getByRole('button', { name: new RegExp(`^${name}(,|$)`) });
  const app: WebApp = {
    page,
    button,
    dialog,
    field,
    bubble,
    async createAccount(name) {
      await button(words.createAccount).click();
      const input = page.getByLabel(words.yourName, { exact: true });
      await input.click();
      const before = performance.now();
      await page.keyboard.type(name);
      await button(words.submitName).click();
      await button(words.addContact).first().waitFor({ timeout: CARRIED_MS });
      return performance.now() - before;
    },
    async copyMyLink() {
      await nav(words.myId).click();
      await dialog().getByRole('button', { name: words.copyLink }).click();
      await dialog().getByText(words.copied).waitFor();
      await dialog().getByRole('button', { name: words.close }).click();
    },
    async addFromClipboard() {
      await button(words.addContact).first().click();
      await dialog().getByLabel(words.theirId).click();
      await page.keyboard.press('Control+V');
      await dialog().getByRole('button', { name: words.addAndWrite }).click();
      await field().waitFor();
    },
    async openChat(name) {
      await page.getByRole('option', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    },
    async openRequest(name) {
      await nav(words.requests).click();
      await page.getByRole('option', { name }).click({ timeout: CARRIED_MS });
      await button(words.accept).waitFor();
    },
    async accept() {
      await button(words.accept).click();
      await button(words.accept).waitFor({ state: 'detached' });
    },
    async type(text) {
      await field().click();
      await page.keyboard.type(text);
    },
    async send(text) {
      await app.type(text);
      await button(words.send).click();
      await bubble(text).waitFor();
    },
    async expect(text, { road, state }) {
      const told = bubble(text).filter({ hasText: road }).filter({ hasText: state });
      await told.waitFor({ timeout: CARRIED_MS }).catch(async (cause: unknown) => {
        const instead = await page.getByRole('article').allTextContents();
        throw new Error(`not ${road} and ${state}: ${JSON.stringify(instead)}`, { cause });
      });
    },
    texts: () => page.locator('article [id$="-text"]').allTextContents(),
    goTo: (section) => nav(section).click(),
    choose: (name) =>
      page
        .locator('label')
        .filter({ has: page.getByRole('radio', { name }) })
        .click(),
    async openDetails() {
      // On narrow screens the button is in the menu.
      if (!(await button(words.details).isVisible())) {
        await button(words.more).click();
        await page.getByRole('menuitem', { name: words.details }).click();
      } else await button(words.details).click();
      await page.getByRole('list', { name: words.safetyDigits }).waitFor();
    },
    async safetyNumber() {
      const groups = page.getByRole('list', { name: words.safetyDigits }).locator('[aria-hidden]');
      await groups.first().waitFor();
      return (await groups.allTextContents()).join('');
    },
  };
  return app;
}
