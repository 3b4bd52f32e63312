import type { Page } from 'playwright-core';

/** What is written alike in every language: names of things, keys, codes. */
const ALIKE = [
  'Sotto',
  'Session',
  'QR',
  'Proxy',
  'ID',
  'English',
  'Deutsch',
  'Tab',
  'Enter',
  'Shift',
  'Ctrl',
  'Alt',
  'Esc',
  'AGPL-3.0-only',
  'LICENSE',
  'docs/threat-model.md',
  'npm start',
  'sotto doctor',
];

/** Latin words on screen and in names for screen readers that are no names and not written alike everywhere. */
export async function foreignWords(page: Page, names: readonly string[]): Promise<readonly string[]> {
  const lines = await page.evaluate<string[]>(VISIBLE);
  const known = [...names, ...ALIKE].toSorted((one, other) => other.length - one.length);
  return lines.filter((line) => {
    // Links, IDs and keys in groups, whole keys, addresses.
    let rest = line.replace(/sotto(-network)?:\S*/g, '');
    rest = rest.replace(/\b[0-9a-f]{4,}\b|(?<![\w-])[\w-]{43}(?![\w-])|\S*[\d.:]{7,}\S*/g, '');
    for (const name of known) rest = rest.replaceAll(name, '');
    return /[A-Za-z]{2,}/.test(rest);
  });
}

const VISIBLE = `(() => {
  const lines = document.body.innerText.split('\\n');
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    if (element.getClientRects().length === 0) continue;
    for (const name of ['aria-label', 'placeholder', 'title']) lines.push(element.getAttribute(name) ?? '');
  }
  lines.push(document.title);
  return lines.map((line) => line.trim()).filter((line) => line !== '');
})()`;
