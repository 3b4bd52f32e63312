import type { Locator, Page } from 'playwright-core';
import type { WebApp } from './web-app.ts';
import type { WebWords } from './web-words.ts';

/** The recovery words that are on screen while somebody holds the button. */
export async function readWords(page: Page, words: WebWords): Promise<readonly string[]> {
  const list = page.getByRole('dialog').getByRole('list', { name: words.wordsList });
  await list.waitFor();
  const found = await list.locator('span:last-child').allTextContents();
  return found.map((word) => word.trim());
}

/** Give back the two words that are asked for, each by its number. */
export async function answerWords(
  page: Page,
  words: readonly string[],
  answer: (field: Locator, word: string) => Promise<void>,
): Promise<void> {
  const asked = page.getByRole('dialog').getByRole('textbox');
  await asked.nth(1).waitFor();
  const labels = await page.getByRole('dialog').locator('label').allTextContents();
  for (const [at, label] of labels.entries()) {
    await answer(asked.nth(at), words[Number(/\d+/.exec(label)?.[0]) - 1] ?? '');
  }
}

/** The digits of one's own ID, as the dialog with it shows them. */
export async function readId(app: WebApp): Promise<string> {
  const digits = app.dialog().locator('code');
  await digits.waitFor();
  return (await digits.textContent()) ?? '';
}
