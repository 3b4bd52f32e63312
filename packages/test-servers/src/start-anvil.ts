import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { ThrowAway } from './throw-away.ts';

export interface AnvilOptions {
  /** Decimal; 31337 without. */
  readonly chainId?: number;
  /** Seconds between blocks; without it, a block for each transaction. */
  readonly blockTime?: number;
}

/** An Ethereum chain of this test's own, with a few rich accounts whose keys everybody knows. */
export interface AnvilServer {
  /** Of its JSON-RPC. */
  readonly url: string;
  /** Of an account that can pay for whatever a test does. */
  readonly richKey: `0x${string}`;
  /** Ask it something over JSON-RPC, its own methods for tests included. Rejects with what it says. */
  ask(method: string, ...params: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** The first account of anvil's own, well-known words. */
const RICH_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

/** Start anvil, which npm has brought, on a free port. */
export async function startAnvil({ chainId = 31_337, blockTime }: AnvilOptions = {}): Promise<AnvilServer> {
  const home = new ThrowAway({ name: 'sotto-anvil', endSignal: 'KILL' });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ready = `Listening on 127.0.0.1:${port}`;
  const args = [
    ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId)],
    ...(blockTime === undefined ? [] : ['--block-time', String(blockTime)]),
  ];
  if (!(await home.start(programOfAnvil(), args, () => home.log().includes(ready)))) {
    const log = home.log();
    await home.stop();
    throw new Error(`anvil does not start: ${log}`);
  }
  let id = 0;
  return {
    url,
    richKey: RICH_KEY,
    ask: async (method, ...params) => {
      id += 1;
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      const reply = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { result, error } = (await reply.json()) as { result?: unknown; error?: { message: string } };
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return result;
    },
    stop: () => home.stop(),
  };
}

/** The program itself: the script that npm links would be one process more to end. */
function programOfAnvil(): string {
  const { platform, arch } = process;
  const name = `@foundry-rs/anvil-${platform}-${arch === 'x64' ? 'amd64' : arch}`;
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const program = join(folder, 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
  if (!existsSync(program)) throw new Error(`${name} holds no program`);
  return program;
}
