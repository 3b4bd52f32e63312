import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { canRun } from './can-run.ts';
import { freePort } from './free-port.ts';
import { programOf } from './install-package.ts';
import { ThrowAway } from './throw-away.ts';

/** OpenStack Swift of this test's own, with its S3 API, which checks every signature. */
export interface SwiftServer {
  /** Where the S3 API answers. Any bucket can be made there. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Once more, at the same endpoint, with what it had. */
  start(): Promise<void>;
  /** End it and remove all of it. */
  stop(): Promise<void>;
}

/** Debian's own Python, which its packages are for. */
const PYTHON = '/usr/bin/python3';
const SERVER = fileURLToPath(new URL('../swift/serve.py', import.meta.url));

/** Start Swift in a folder of its own; Debian's `python3-swift` is installed where that is allowed. */
export async function startSwift(): Promise<SwiftServer> {
  const program = programOf('python3-swift', findProgram);
  const home = new ThrowAway({ name: 'sotto-swift', endSignal: 'KILL' });
  const port = await freePort();
  const secretAccessKey = randomBytes(12).toString('hex');

  const start = async (): Promise<void> => {
    const before = home.log().length;
    const isReady = (): boolean => home.log().includes('ready\n', before);
    const args = [SERVER, home.folder, String(port), 'test', 'tester', secretAccessKey];
    if (!(await home.start(program, args, isReady))) throw new Error(`Swift does not start: ${home.log()}`);
  };
  try {
    await start();
  } catch (error) {
    await home.stop();
    throw error;
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test:tester', secretAccessKey },
    kill: () => home.kill(),
    start,
    stop: () => home.stop(),
  };
}

function findProgram(): string | undefined {
  if (!canRun(PYTHON)) return undefined;
  const asked = spawnSync(PYTHON, ['-c', 'import swift.common.middleware.s3api'], { stdio: 'ignore' });
  return asked.status === 0 ? PYTHON : undefined;
}
