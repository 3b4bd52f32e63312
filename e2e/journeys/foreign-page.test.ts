import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAppPage } from '../src/app-page.ts';
import { type Running, startUntilReady } from '../src/long-running.ts';

/** A page of another site in a real browser gets nothing out of an app and nothing into it (threats W3, W4). */

/** Names that the browser takes for this machine, as a site does that points its own name here. */
const REBOUND = ['rebound.example', 'localhost'];

let folder: string;
let app: Running;
let url: string;
let hostile: Server;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-foreign-'));
  app = await startUntilReady(['app', '--profile', join(folder, 'profile')]);
  url = String(app.ready['url']);
  const script = await readFile(fileURLToPath(new URL('../hostile/foreign-page.mjs', import.meta.url)));
  hostile = createServer((request, response) => {
    const isScript = request.url === '/attack.mjs';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : '<!doctype html><title>another site</title><body></body>');
  }).listen(0, '127.0.0.1');
  await once(hostile, 'listening');
  browser = await chromium.launch({
    executablePath: process.env['SOTTO_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      // What a careless browser would allow; the app must not rely on it.
      '--disable-popup-blocking',
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
      `--host-resolver-rules=${REBOUND.map((name) => `MAP ${name} 127.0.0.1`).join(',')}`,
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  hostile?.close();
  await app?.stop('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

/** Run in a page: whether a socket opens. */
function dial(at: string): string {
  return `new Promise((resolve) => {
    const socket = new WebSocket('${at}');
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('refused');
  })`;
}

describe('a page of another site', () => {
  it('reads nothing and writes nothing, by whatever name it calls the app', {
    timeout: 240_000,
  }, async () => {
    const { host, port } = new URL(url);
    const paths = ['/', '/api', '/index.html', '/manifest.webmanifest'];
    const before = (await openAppPage(url)).events.length;
    const own = await openAppPage(url);
    const state = await own.api.call('app.state', {});
    let tries = 0;
    for (const name of [host, ...REBOUND.map((rebound) => `${rebound}:${port}`)]) {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`);
      const got = await page.evaluate<string[]>(
        `import('/attack.mjs').then(({ attack }) => attack(${JSON.stringify({ host: name, paths })}))`,
      );
      tries += got.length;
      expect(got.filter((line) => line.includes('READ'))).toEqual([]);
      await page.close();
    }
    expect(tries).toBeGreaterThanOrEqual(150);
    expect(await own.api.call('app.state', {})).toEqual(state);
    expect(own.events.length).toBeLessThanOrEqual(before + 1);
  });

  it('that has the name of the app, by rebinding, is served nothing', async () => {
    const { port } = new URL(url);
    for (const name of REBOUND) {
      const page = await browser.newPage();
      const answer = await page.goto(`http://${name}:${port}/`);
      expect([name, answer?.status()]).toEqual([name, 421]);
      const socket = await page.evaluate(dial(`ws://${name}:${port}/api`));
      expect([name, socket]).toEqual([name, 'refused']);
      await page.close();
    }
  });

  it('cannot lead its visitor to the app, while whoever has the link gets there', async () => {
    const { host } = new URL(url);
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}/`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url() === `http://${host}/`),
      page.evaluate(`location.href = 'http://${host}/'`),
    ]);
    expect(answer.status()).toBe(403);
    const own = await browser.newPage();
    expect((await own.goto(url))?.status()).toBe(200);
    expect(await own.evaluate(dial(`ws://${host}/api`))).toBe('open');
    expect(await own.evaluate('document.cookie')).toBe('');
  });
});
