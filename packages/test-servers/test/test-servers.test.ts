import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { startNats, startPostgres } from '../src/index.ts';

/** Starts both, says where, and waits for its death. */
const HOLDER = `
  import { startNats, startPostgres } from './index.ts';
  const servers = [await startPostgres(), await startNats()];
  console.log(JSON.stringify(servers.map(({ url }) => url)));
  setInterval(() => {}, 1000);
`;

const folderOf = (url: string): string => new URL(url).searchParams.get('host') ?? '';

describe('servers for tests', () => {
  it('start again after a kill, and are gone without a trace once stopped', async () => {
    const postgres = await startPostgres();
    const before = postgres.url;
    await postgres.kill();
    await expect(postgres.createDatabase()).rejects.toThrow('createdb');
    await postgres.start();
    expect(postgres.url).toBe(before);
    expect(await postgres.createDatabase()).not.toBe(before);
    expect(existsSync(folderOf(postgres.url))).toBe(true);
    await postgres.stop();
    expect(existsSync(folderOf(postgres.url))).toBe(false);
  });

  it('come back at the same address', async () => {
    const nats = await startNats();
    const before = nats.url;
    await nats.kill();
    expect(await answers(before)).toBe(false);
    await nats.start();
    expect([nats.url, await answers(before)]).toEqual([before, true]);
    await nats.stop();
    expect(await answers(before)).toBe(false);
  });

  it('go with the process that started them, even when it is killed', async () => {
    const { outputFiles } = buildSync({
      stdin: { contents: HOLDER, resolveDir: fileURLToPath(new URL('../src', import.meta.url)) },
      ...{ bundle: true, platform: 'node', format: 'esm', write: false },
    });
    const holder = spawn(process.execPath, ['--input-type=module', '-'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    holder.stdin.end(outputFiles[0]?.text);
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    const [postgres = '', nats = ''] = JSON.parse(line.toString()) as readonly string[];
    expect([existsSync(folderOf(postgres)), await answers(nats)]).toEqual([true, true]);
    holder.kill('SIGKILL');
    await expect.poll(() => existsSync(folderOf(postgres)), { timeout: 60_000 }).toBe(false);
    await expect.poll(() => answers(nats), { timeout: 60_000 }).toBe(false);
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(stdout).not.toContain(folderOf(postgres));
  });
});

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
