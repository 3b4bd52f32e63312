import type { Page } from 'playwright-core';
import { accessibilityProblems } from './browser.ts';

/** One way in which a screen is seen. */
export interface WebLook {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
}

export const LOOKS: readonly WebLook[] = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 375, colorScheme: 'dark' },
  { width: 375, colorScheme: 'light' },
];

/** The narrowest screen on which everything has to be reached without scrolling sideways. */
const NARROWEST = 320;
const HEIGHT = 800;

/** What is wrong with a screen in each of its looks; empty when all is well. Ends in the first look. */
export async function lookAt(
  page: Page,
  screen: string,
  looks: readonly WebLook[] = LOOKS,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { width, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme });
    await resize(page, width);
    const found = await accessibilityProblems(page);
    problems.push(...found.map((problem) => `${screen}, ${width} ${colorScheme}: ${problem}`));
  }
  await resize(page, NARROWEST);
  const wide = await page.evaluate<number>('document.scrollingElement.scrollWidth');
  if (wide > NARROWEST) problems.push(`${screen}, ${NARROWEST}: is ${wide} wide`);
  const [first] = looks;
  if (first !== undefined) {
    await page.emulateMedia({ colorScheme: first.colorScheme });
    await resize(page, first.width);
  }
  return problems;
}

/** The page hears of another width with its next frame, and has drawn what it makes of it one later. */
async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.waitForFunction(`innerWidth === ${width}`);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}
