import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OPEN_FILE } from '../profile-folder.ts';
import type { Door } from '../web/open-door.ts';

/** A browser that has not shown the page by then will not. */
const VISIT_MS = 60_000;

/** What opens a file for people, by system, with how it is told the file. Run without a shell. */
const OPENERS: Readonly<Record<string, (file: string) => readonly [string, ...string[]]>> = {
  darwin: (file) => ['open', file],
  win32: (file) => ['rundll32.exe', 'url.dll,FileProtocolHandler', file],
};

/**
 * Show the page in the system's browser. What a program is started with, every user of the machine can
 * read; so it is started with a file of this user alone, which leads on to the URL with its secret. The
 * file is gone when the page is there, or after a minute. Rejects when no browser could be started.
 */
export async function openBrowser(request: {
  readonly door: Door;
  readonly profile: string;
  /** Aborted when the app ends. */
  readonly signal: AbortSignal;
}): Promise<void> {
  const { door, profile, signal } = request;
  const file = join(profile, OPEN_FILE);
  await rm(file, { force: true });
  await writeFile(file, leadTo(door.url), { mode: 0o600, flag: 'wx' });
  let timer: NodeJS.Timeout | undefined;
  try {
    door.expectVisit();
    await start((OPENERS[process.platform] ?? ((path) => ['xdg-open', path]))(file));
    await Promise.race([
      door.nextPage(),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, VISIT_MS);
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    await rm(file, { force: true });
  }
}

/** The URL is ours: an address, a port and base64url, nothing that HTML would read. */
function leadTo(url: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${url}"><title>Sotto</title>\n`;
}

/** Resolves when it has been started and did not fail at once. */
function start([command, ...args]: readonly [string, ...string[]]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    const failed = (): void => reject(new Error(`no browser could be started with ${command}`));
    child.once('error', failed);
    child.once('exit', (code) => (code === 0 ? resolve() : failed()));
    child.unref();
  });
}
