import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../apps/cli/bin/sotto.js', import.meta.url));

export interface App {
  readonly url: string;
  close(): Promise<void>;
}

/** The real app of a profile, as a person starts it. */
export async function startApp(profile: string): Promise<App> {
  const child = spawn(process.execPath, [BIN, 'app', '--profile', profile, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the app has no output');
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => {
      resolve(String((JSON.parse(line) as { url?: unknown }).url));
    });
    void gone.then(() => reject(new Error('the app ended before it was ready')));
  });
  return {
    url,
    close: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
