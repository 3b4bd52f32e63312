import type { Page } from 'playwright-core';
import { CARRIED_MS, webApp } from './web-app.ts';
import type { WebHand } from './web-hand.ts';
import { webKeys } from './web-keys.ts';
import type { WebWords } from './web-words.ts';
import { answerWords, readId, readWords } from './words-dialog.ts';

/** Somebody without a mouse: Tab, Enter, Space, Escape, arrows, and the shortcuts of sections. */
export function keyboardHand(page: Page, words: WebWords): WebHand {
  const app = webApp(page, words);
  const keys = webKeys(page);
  /** What is called by a label begins with it; names of people are isolated from the words around them. */
  const begins = (label: string): RegExp => new RegExp(`^\u2068?${label}`);
  const leaveDialog = async (): Promise<void> => {
    await keys.press('Escape');
    await app.dialog().waitFor({ state: 'detached' });
  };
  return {
    async createAccount(name) {
      await app.button(words.createAccount).waitFor();
      await keys.enter(words.createAccount);
      await page.getByLabel(words.yourName, { exact: true }).waitFor();
      await keys.tabTo(begins(words.yourName));
      await keys.type(name);
      await keys.press('Enter');
      await app.button(words.addContact).first().waitFor({ timeout: CARRIED_MS });
    },
    async copyMyLink() {
      await keys.enter(words.myId);
      await app.dialog().waitFor();
      await keys.enter(words.copyLink);
      await page.getByText(words.copied).first().waitFor();
      await leaveDialog();
    },
    async addFromClipboard() {
      await keys.enter(words.addContact);
      await app.dialog().waitFor();
      await keys.tabTo(begins(words.theirId));
      await keys.press('Control+V');
      await keys.enter(words.addAndWrite);
      await app.field().waitFor();
    },
    async accept(name) {
      await keys.press('Alt+Digit2');
      await page.getByRole('option', { name }).waitFor({ timeout: CARRIED_MS });
      await keys.enter(begins(name));
      await app.button(words.accept).waitFor();
      await keys.enter(words.accept);
      await app.button(words.accept).waitFor({ state: 'detached' });
    },
    async send(text) {
      await keys.tabTo(words.message);
      await keys.type(text);
      await keys.press('Enter');
      await app.bubble(text).waitFor();
    },
    async verify() {
      await keys.enter(words.more);
      await page.getByRole('menu').waitFor();
      await keys.press('Enter');
      const number = await app.safetyNumber();
      await keys.enter(words.compare);
      await app.dialog().waitFor();
      await keys.enter(words.markVerified);
      await page.getByText(words.nowVerified).waitFor();
      await keys.tabTo(words.compare);
      await keys.press('Escape');
      await app.field().waitFor();
      return number;
    },
    async saveWords() {
      await keys.enter(words.saveWords);
      await app.dialog().waitFor();
      await keys.tabTo(words.hold);
      await page.keyboard.down('Space');
      const found = await readWords(page, words);
      await page.keyboard.up('Space');
      await keys.enter(words.writtenDown);
      await answerWords(page, found, async (_, word) => {
        await keys.type(word);
        await keys.press('Tab');
      });
      await keys.enter(words.checkWords);
      await page.getByText(words.wordsForgotten).waitFor();
      return found;
    },
    async toChats() {
      await keys.press('Alt+Digit1');
      await page.getByRole('listbox').first().waitFor();
    },
    async openChat(name) {
      await keys.enter(begins(name));
      await page.getByRole('heading', { level: 1, name }).waitFor();
    },
    async restore(phrase, name) {
      await app.button(words.haveAccount).waitFor();
      await keys.enter(words.haveAccount);
      await page.getByText(words.restoreMeans).waitFor();
      await keys.tabTo(begins(words.recoveryWords));
      await page.keyboard.insertText(phrase.join(' '));
      await keys.tabTo(begins(words.yourName));
      await keys.type(name);
      await keys.press('Enter');
      await app.button(words.addContact).first().waitFor({ timeout: CARRIED_MS });
    },
    async ownId() {
      await keys.press('Alt+Digit1');
      await keys.enter(words.myId);
      const id = await readId(app);
      await leaveDialog();
      return id;
    },
  };
}
