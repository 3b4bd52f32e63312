import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe, { type Result } from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Without these Chromium looks for its maker's servers and for a sandbox that containers do not have. */
const FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What a page that is not under load shows long before. */
const PATIENCE_MS = 20_000;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** The browser's language, which the page follows until told otherwise. */
  readonly locale?: string;
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

/** One browser with a storage of its own; its pages are tabs of the same person. */
export interface TestBrowser {
  readonly context: BrowserContext;
  /** What went wrong in any of its pages: errors, violations of the content policy, requests to elsewhere. */
  readonly problems: string[];
  /** Every address that any of its pages asked for, and where from, as the network saw it. */
  readonly requests: readonly string[];
  /** A tab that may ask nobody but the server of this address. */
  open(url: string): Promise<Page>;
  close(): Promise<void>;
}

/** Start real Chromium. `SOTTO_CHROMIUM` is set by whoever runs the tests. */
export async function startBrowser(look: Look = {}): Promise<TestBrowser> {
  const executablePath = process.env['SOTTO_CHROMIUM'] ?? '/usr/bin/chromium';
  const folder = await mkdtemp(join(tmpdir(), 'sotto-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: FLAGS,
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    colorScheme: look.colorScheme ?? 'light',
    locale: look.locale ?? 'en-US',
    reducedMotion: look.reducedMotion ?? 'no-preference',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems: string[] = [];
  const requests: string[] = [];
  const hosts = new WeakMap<Page, string>();
  // A refusal by the content policy is told in the console, which is listened to below.
  await context.addInitScript({
    content: `addEventListener('securitypolicyviolation', (event) => {
      console.error('violated ' + event.violatedDirective + ': ' + event.blockedURI);
    });`,
  });
  const watch = (page: Page): void => {
    const ask = (address: string): void => {
      requests.push(address);
      const { protocol, host } = new URL(address);
      if (['data:', 'blob:', 'chrome:', 'about:'].includes(protocol) || host === hosts.get(page)) return;
      problems.push(`request: ${address}`);
    };
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      problems.push(`dialog ${dialog.type()}: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', () => problems.push('a second window'));
    page.on('websocket', (socket) => ask(socket.url()));
    page.on('request', (request) => {
      ask(request.url());
      requests.push(request.headers()['referer'] ?? '');
    });
  };
  context.on('page', watch);
  for (const page of context.pages()) watch(page);
  return {
    context,
    problems,
    requests,
    async open(url) {
      const page = await openWindow(context);
      hosts.set(page, new URL(url).host);
      await page.goto(url);
      return page;
    },
    async close() {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A page in a window of its own: a tab behind another one draws once a second. */
async function openWindow(context: BrowserContext): Promise<Page> {
  const [first] = context.pages();
  if (first === undefined) return context.newPage();
  const [page, session] = await Promise.all([
    context.waitForEvent('page'),
    context.newCDPSession(first).then(async (opened) => {
      await opened.send('Target.createTarget', { url: 'about:blank', newWindow: true });
      return opened;
    }),
  ]);
  await session.detach();
  return page;
}

/** Rules of WCAG 2.2 AA and before that this page breaks, in words; empty when it is well. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  // Given to a page once: to read it takes several times what it needs for a look.
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], runOnly: { type: 'tag', values: RULES } } as const;
  const violations = await page.evaluate<readonly Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary ?? ''})`,
    ),
  );
}
