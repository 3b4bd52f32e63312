import type { Page } from 'playwright-core';

/** So many stops no screen has. */
const MOST_STOPS = 80;

/** What a person does with the page who has no mouse. */
export interface WebKeys {
  press(...keys: readonly string[]): Promise<void>;
  type(text: string): Promise<void>;
  /** Press Tab until something of this name has the focus. */
  tabTo(name: string | RegExp, key?: 'Tab' | 'Shift+Tab'): Promise<void>;
  /** Tab to it and press Enter. */
  enter(name: string | RegExp): Promise<void>;
  /** The name of what has the focus. */
  focused(): Promise<string>;
}

/** Have a page complain in its console, which tests listen to, once of each press of a pointer: mouse, pen or finger. */
export async function refuseMouse(page: Page): Promise<void> {
  await page.evaluate(`addEventListener('pointerdown', (event) => {
    if (event.isTrusted) console.error('a pointer was used');
  }, true);`);
}

export function webKeys(page: Page): WebKeys {
  const focused = (): Promise<string> => page.evaluate<string>(NAME_OF_FOCUSED);
  const keys: WebKeys = {
    focused,
    async press(...pressed) {
      for (const key of pressed) await page.keyboard.press(key);
    },
    type: (text) => page.keyboard.type(text),
    async tabTo(name, key = 'Tab') {
      const seen: string[] = [];
      for (let stop = 0; stop <= MOST_STOPS; stop++) {
        const now = await focused();
        if (typeof name === 'string' ? now === name : name.test(now)) return;
        seen.push(now);
        await page.keyboard.press(key);
      }
      throw new Error(`Tab does not lead to ${name}: ${seen.join(' | ')}`);
    },
    async enter(name) {
      await keys.tabTo(name);
      await page.keyboard.press('Enter');
    },
  };
  return keys;
}

/** As a screen reader says it, as far as this page needs: what names it, its label, or what it holds. */
const NAME_OF_FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return '';
  const ids = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter((id) => id !== '');
  const named = ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  const label = element.getAttribute('aria-label') ?? (named === '' ? null : named);
  const labels = [...(element.labels ?? [])].map((each) => each.innerText).join(' ');
  return (label ?? (labels === '' ? element.innerText ?? '' : labels)).replace(/\\s+/g, ' ').trim();
})()`;
