import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canRun } from './can-run.ts';
import { freePort } from './free-port.ts';
import { programOf } from './install-package.ts';
import { ThrowAway } from './throw-away.ts';

export interface NatsOptions {
  /** More of the configuration file, such as a `tls` block; `files` are beside it. */
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
}

/** A NATS server of this test's own, which asks for a token. */
export interface NatsServer {
  /** With the token in it. */
  readonly url: string;
  readonly token: string;
  /** What the server has said of itself. */
  log(): string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Once more, at the same URL. */
  start(): Promise<void>;
  /** End it and remove all of it. */
  stop(): Promise<void>;
}

/** Start NATS in a folder of its own; Debian's `nats-server` is installed where that is allowed. */
export async function startNats({ config = '', files = {} }: NatsOptions = {}): Promise<NatsServer> {
  const program = programOf('nats-server', findProgram);
  const home = new ThrowAway({ name: 'sotto-nats', endSignal: 'KILL' });
  const port = await freePort();
  const token = randomBytes(12).toString('hex');
  const configFile = join(home.folder, 'nats.conf');
  const ready = `Listening for client connections on 127.0.0.1:${port}`;
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(home.folder, name), text, { mode: 0o600 });
  }
  writeFileSync(configFile, `listen: "127.0.0.1:${port}"\nauthorization { token: "${token}" }\n${config}\n`);

  const start = async (): Promise<void> => {
    const before = home.log().length;
    const isReady = (): boolean => home.log().includes(ready, before);
    if (!(await home.start(program, ['-c', configFile], isReady))) {
      throw new Error(`NATS does not start: ${home.log()}`);
    }
  };
  try {
    await start();
  } catch (error) {
    await home.stop();
    throw error;
  }
  return {
    url: `nats://${token}@127.0.0.1:${port}`,
    token,
    log: () => home.log(),
    kill: () => home.kill(),
    start,
    stop: () => home.stop(),
  };
}

/** Debian puts it where the path of an ordinary user does not lead. */
function findProgram(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'nats-server')).find(canRun);
}
