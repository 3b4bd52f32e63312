import type { Browser, Page } from 'playwright-core';
import { PAGE_CLOCK } from './page-clock.ts';

/** A page that is measured, with its field focused. */
export interface PageSide {
  readonly page: Page;
  /** Type so many letters; returns the milliseconds of each key until its glyph is painted. */
  type(keys: number): Promise<PageTimes>;
  /** Scroll up for so long; returns the milliseconds between frames. */
  scroll(milliseconds: number): Promise<readonly number[]>;
  /** After a collection of garbage. */
  memory(): Promise<{ readonly heap: number; readonly nodes: number }>;
  close(): Promise<void>;
}

export interface PageTimes {
  readonly keys: readonly number[];
  /** Durations by Event Timing of the keys that took 16 ms or more. */
  readonly events: readonly number[];
}

/** Neither the length of a frame nor a multiple, so that keys fall anywhere between two frames. */
const PAUSES_MS = [41, 53, 47, 61, 43];
const LETTERS = 'the quick brown fox jumps over the lazy dog ';

/** A page whose window is larger than itself. The last lines of one as large would lie outside, and never be drawn. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  await context.addInitScript({ content: PAGE_CLOCK });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const { windowId } = await session.send('Browser.getWindowForTarget');
  await session.send('Browser.setWindowBounds', { windowId, bounds: { width: 1400, height: 1000 } });
  await session.detach();
  return page;
}

/** `scroller` is what holds the lines of a chat. */
export function pageSide(page: Page, scroller: string): PageSide {
  return {
    page,
    async type(keys) {
      await page.locator('textarea').fill('');
      await page.locator('textarea').focus();
      await page.evaluate('sottoBench.keys.length = sottoBench.events.length = 0');
      for (let index = 0; index < keys; index++) {
        await page.keyboard.press(
          LETTERS[index % LETTERS.length] === ' ' ? 'Space' : (LETTERS[index % LETTERS.length] ?? 'a'),
        );
        await page.waitForTimeout(PAUSES_MS[index % PAUSES_MS.length] ?? 50);
      }
      await page.evaluate(`sottoBench.typed(${keys})`);
      return page.evaluate<PageTimes>('({ keys: sottoBench.keys, events: sottoBench.events })');
    },
    scroll: (milliseconds) =>
      page.evaluate<number[]>(`sottoBench.scroll(${JSON.stringify(scroller)}, ${milliseconds})`),
    async memory() {
      const session = await page.context().newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      await session.send('Performance.enable');
      const { metrics } = await session.send('Performance.getMetrics');
      await session.detach();
      const metric = (name: string): number =>
        metrics.find((each) => each.name === name)?.value ?? Number.NaN;
      return { heap: metric('JSHeapUsedSize'), nodes: metric('Nodes') };
    },
    close: () => page.context().close(),
  };
}
