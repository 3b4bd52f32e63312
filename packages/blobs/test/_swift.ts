import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AwsV4Signer } from 'aws4fetch';
import type { S3Options } from '../src/s3/s3-client.ts';

/** Debian's own Python, which its packages are for. */
const PYTHON = '/usr/bin/python3';
const SERVER = fileURLToPath(new URL('swift-server.py', import.meta.url));
const NEEDS = ['-c', 'import swift.common.middleware.s3api, swift.proxy.server, eventlet.tpool'];

/** Whether OpenStack Swift is there. On Debian as root it is installed when it is not. */
export function haveSwift(): boolean {
  if (hasSwift()) return true;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return false;
  const install = ['install', '-y', '--no-install-recommends', 'python3-swift'];
  if (!aptGet(install)) {
    aptGet(['update']);
    aptGet(install);
  }
  return hasSwift();
}

function hasSwift(): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, NEEDS, { stdio: 'ignore' }).status === 0;
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { env, stdio: 'ignore' }).status === 0;
}

/** OpenStack Swift with its S3 API: a third party's server, which checks every signature. */
export class Swift {
  readonly options: S3Options;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(options: S3Options, child: ChildProcess, folder: string) {
    this.options = options;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<Swift> {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-swift-'));
    const child = spawn(PYTHON, [SERVER, folder, 'test', 'tester', 'testing'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lines = createInterface(child.stdout);
    const port = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      child.once('exit', (code) => reject(new Error(`swift ended with ${code}`)));
    });
    const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };
    const options = {
      endpoint: `http://127.0.0.1:${port}`,
      bucket: 'sotto',
      region: 'us-east-1',
      credentials,
    };
    const signed = await new AwsV4Signer({
      ...credentials,
      method: 'PUT',
      url: `${options.endpoint}/${options.bucket}`,
      region: options.region,
      service: 's3',
    }).sign();
    const made = await fetch(signed.url, { method: 'PUT', headers: signed.headers });
    if (!made.ok) throw new Error(`swift makes no bucket: ${made.status}`);
    return new Swift(options, child, folder);
  }

  /** As when the machine stops answering: connections stay, and nothing comes. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}
