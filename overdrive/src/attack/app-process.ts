import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SOTTO = fileURLToPath(new URL('../../../apps/cli/bin/sotto.js', import.meta.url));

/** `sotto app` on an empty profile: the page's port, and the socket of the local API. */
export interface AppProcess {
  readonly pid: number;
  /** Of the page, `127.0.0.1:…`. */
  readonly authority: string;
  readonly socket: string;
  close(): void;
}

export async function startApp(): Promise<AppProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-app-'));
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const args = [SOTTO, 'app', '--profile', join(folder, 'profile'), '--json'];
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`sotto app ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) =>
      resolve(String((JSON.parse(line) as { readonly url: unknown }).url)),
    );
  });
  const socket = readdirSync(runtime, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.sock'),
  );
  if (socket === undefined) throw new Error('the app has no socket');
  return {
    pid: child.pid ?? 0,
    authority: new URL(url).host,
    socket: join(runtime, socket),
    close: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
