import type { Page } from 'playwright-core';
import { CARRIED_MS, webApp } from './web-app.ts';
import type { WebHand } from './web-hand.ts';
import type { WebWords } from './web-words.ts';
import { answerWords, readId, readWords } from './words-dialog.ts';

/** Somebody who presses what is on screen, and types only texts. Works on narrow screens, which show one thing at a time. */
export function mouseHand(page: Page, words: WebWords): WebHand {
  const app = webApp(page, words);
  const back = async (): Promise<void> => {
    const leads = app.button(words.back);
    if (await leads.isVisible()) await leads.click();
  };
  return {
    async createAccount(name) {
      await app.createAccount(name);
    },
    copyMyLink: app.copyMyLink,
    addFromClipboard: app.addFromClipboard,
    async accept(name) {
      await app.openRequest(name);
      await app.accept();
    },
    send: app.send,
    async verify() {
      await app.openDetails();
      const number = await app.safetyNumber();
      await app.button(words.compare).click();
      await app.dialog().getByRole('button', { name: words.markVerified }).click();
      await page.getByText(words.nowVerified).waitFor();
      const panel = page.getByRole('region', { name: words.contact, exact: true });
      await panel.getByRole('button', { name: words.close }).click();
      await panel.waitFor({ state: 'detached' });
      return number;
    },
    async saveWords() {
      await app.button(words.saveWords).click();
      const hold = app.dialog().getByRole('button', { name: words.hold });
      await hold.hover();
      await page.mouse.down();
      const found = await readWords(page, words);
      await page.mouse.up();
      await app.dialog().getByRole('button', { name: words.writtenDown }).click();
      await answerWords(page, found, async (field, word) => {
        await field.click();
        await page.keyboard.type(word);
      });
      await app.dialog().getByRole('button', { name: words.checkWords }).click();
      await page.getByText(words.wordsForgotten).waitFor();
      return found;
    },
    async toChats() {
      await back();
      await app.goTo(words.chats);
    },
    openChat: app.openChat,
    async restore(phrase, name) {
      await app.button(words.haveAccount).click();
      await page.getByText(words.restoreMeans).waitFor();
      await page.getByRole('textbox', { name: words.recoveryWords }).click();
      await page.keyboard.insertText(phrase.join(' '));
      await page.getByLabel(words.yourName, { exact: true }).click();
      await page.keyboard.type(name);
      await app.button(words.restoreAccount).click();
      await app.button(words.addContact).first().waitFor({ timeout: CARRIED_MS });
    },
    async ownId() {
      await back();
      await app.goTo(words.myId);
      const id = await readId(app);
      await app.dialog().getByRole('button', { name: words.close }).click();
      return id;
    },
  };
}
