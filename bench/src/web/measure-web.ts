import { type Browser, chromium } from 'playwright-core';
import { makeBigProfile, PEER_NAME } from './big-profile.ts';
import { type BundleSize, bundleSize } from './bundle-size.ts';
import { PLAIN_PAGE } from './page-clock.ts';
import { openPage, type PageSide, type PageTimes, pageSide } from './page-side.ts';
import { startApp } from './start-app.ts';

const FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const CHAT = 10_000;
const KEYS = 100;
const SCROLL_MS = 2_000;

/** Milliseconds from the beginning of a page's load. */
export interface LoadTimes {
  readonly paint: number;
  /** The chat list is shown. */
  readonly ready: number;
  /** From the press on the big chat to the frame that shows it. */
  readonly open: number;
}

export interface Typed extends PageTimes {
  readonly gaps: readonly number[];
}

export interface WebResult {
  readonly messages: number;
  readonly loads: readonly LoadTimes[];
  readonly ours: readonly Typed[];
  readonly theirs: readonly Typed[];
  readonly memory: {
    readonly ours: { heap: number; nodes: number };
    readonly theirs: { heap: number; nodes: number };
  };
  readonly bundle: BundleSize;
}

/**
 * The real app with a long chat in real Chromium, beside a plain page with a field: the floor of what any page
 * can do here. Undefined where there is no Chromium (`SOTTO_CHROMIUM`).
 */
export async function measureWeb({ pairs }: { readonly pairs: number }): Promise<WebResult | undefined> {
  const executablePath = process.env['SOTTO_CHROMIUM'];
  if (executablePath === undefined) return undefined;
  const big = await makeBigProfile(CHAT);
  const app = await startApp(big.profile);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    const loads: LoadTimes[] = [];
    for (let load = 0; load < pairs; load++) loads.push(await loadOnce(browser, app.url));
    const ours = await openOurs(browser, app.url);
    const theirs = await openPlain(browser);
    const typed = await typeInTurns(ours, theirs, pairs);
    return {
      messages: CHAT,
      loads,
      ...typed,
      memory: { ours: await ours.memory(), theirs: await theirs.memory() },
      bundle: bundleSize(),
    };
  } finally {
    await browser.close();
    await app.close();
    await big.close();
  }
}

async function loadOnce(browser: Browser, url: string): Promise<LoadTimes> {
  const page = await openPage(browser);
  try {
    await page.goto(url);
    const ready = await page.evaluate<number>('sottoBench.ready');
    const paint = await page.evaluate<number>(
      `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
    );
    return { paint, ready, open: await page.evaluate<number>('sottoBench.open()') };
  } finally {
    await page.context().close();
  }
}

async function openOurs(browser: Browser, url: string): Promise<PageSide> {
  const page = await openPage(browser);
  await page.goto(url);
  await page.getByRole('option', { name: PEER_NAME }).click();
  await page.locator('textarea').waitFor();
  await page.locator('article').last().waitFor();
  return pageSide(page, '[role="log"]');
}

async function openPlain(browser: Browser): Promise<PageSide> {
  const page = await openPage(browser);
  await page.route('http://plain.invalid/', (route) =>
    route.fulfill({ contentType: 'text/html', body: PLAIN_PAGE }),
  );
  await page.goto('http://plain.invalid/');
  return pageSide(page, '#lines');
}

/** A B, B A, …; the first turns warm up and count for nobody. */
async function typeInTurns(
  ours: PageSide,
  theirs: PageSide,
  pairs: number,
): Promise<{ ours: readonly Typed[]; theirs: readonly Typed[] }> {
  const result = { ours: [] as Typed[], theirs: [] as Typed[] };
  const turn = async (side: PageSide): Promise<Typed> => {
    await side.page.bringToFront();
    return { ...(await side.type(KEYS)), gaps: await side.scroll(SCROLL_MS) };
  };
  await turn(ours);
  await turn(theirs);
  for (let pair = 0; pair < pairs; pair++) {
    for (const side of pair % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
      result[side].push(await turn(side === 'ours' ? ours : theirs));
    }
  }
  return result;
}
