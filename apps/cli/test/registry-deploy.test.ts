import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { askEndpoint } from '@sotto/app-storage-node';
import { fromHex } from '@sotto/bytes';
import { deployTestToken, parseChainSource, readRegistry, voteAccount, Wallet } from '@sotto/directory/chain';
import { type AnvilServer, startAnvil } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSotto } from '../src/run-sotto.ts';

/** `sotto registry deploy` on a real chain. */

let folder: string;
let anvil: AnvilServer;
let key: string;
/** The other name of the same endpoint. */
let alias: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-deploy-'));
  anvil = await startAnvil();
  alias = anvil.url.replace('127.0.0.1', 'localhost');
  key = join(folder, 'deployer.key');
  await writeFile(key, `${anvil.richKey}\n`);
}, 60_000);
afterAll(async () => {
  await anvil.stop();
  await rm(folder, { recursive: true });
});

const HERE = ['--confirmations', '0', '--subnets', 'ignore'];

async function deploy(name: string, ...args: readonly string[]) {
  const file = join(folder, name);
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const argv = ['registry', 'deploy', '--key', key, '--file', file, ...args, '--json'];
  const signal = new AbortController().signal;
  const code = await runSotto(argv, { ...streams, environment: {}, signal });
  const [stdout, stderr] = [streams.stdout, streams.stderr].map((stream) => String(stream.read() ?? ''));
  const last = stderr?.trim().split('\n').at(-1) ?? '';
  const said = code === 0 ? JSON.parse(stdout ?? '') : JSON.parse(last);
  return { code, file, said, notes: stderr ?? '' };
}

function rich(): Wallet {
  const account = voteAccount(fromHex(anvil.richKey.slice(2)));
  return new Wallet({ chainId: 31_337, endpoints: [anvil.url], ask: askEndpoint, account });
}

describe('a registry', () => {
  it('is made with a token to try it, and its file can be read', async () => {
    const { code, file, said, notes } = await deploy(
      'chain.json',
      '--rpc',
      anvil.url,
      '--test-token',
      ...HERE,
    );
    expect(code, notes).toBe(0);
    expect(said).toMatchObject({ file, chain: 31_337, stake: '100', max_nodes: 1000, epoch_blocks: 100 });
    expect(notes).toContain('costs nothing');
    const source = parseChainSource(await readFile(file, 'utf8'));
    expect(source).toEqual({
      ...{ chainId: 31_337, contract: said.contract, endpoints: [anvil.url], agree: 1 },
      ...{ finality: { confirmations: 0 }, subnets: 'ignore' },
    });
    const reading = await readRegistry({ source, ask: askEndpoint });
    expect(reading).toMatchObject({ outcome: 'read', directory: { nodes: [] }, faults: [] });
    expect(notes).not.toContain(anvil.richKey.slice(2));
  });

  it('has the token, stake, numbers and endpoints that are given', async () => {
    const token = await deployTestToken(rich());
    const numbers = ['--exit-delay', '0', '--removed-lock', '60', '--max-nodes', '7', '--epoch-blocks', '5'];
    const { code, file, said, notes } = await deploy(
      'given.json',
      ...['--rpc', anvil.url, '--rpc', alias, '--token', token, '--stake', '12345678901234567890'],
      ...numbers,
    );
    expect(code, notes).toBe(0);
    expect(said).toMatchObject({ token, stake: '12345678901234567890', exit_delay: 0, max_nodes: 7 });
    expect(parseChainSource(await readFile(file, 'utf8'))).toMatchObject({
      ...{ endpoints: [anvil.url, alias], agree: 2, finality: 'finalized', subnets: 'distinct' },
    });
    const { registryAbi } = await import('@sotto/directory/chain');
    const fixed = (name: string) =>
      rich().view({ contract: said.contract, abi: registryAbi, name, args: [] });
    const names = ['token', 'stake', 'exitDelay', 'removedLock', 'maxNodes', 'epochBlocks'];
    const values = await Promise.all(names.map(fixed));
    expect(String(values.shift()).toLowerCase()).toBe(token);
    expect(values).toEqual([12_345_678_901_234_567_890n, 0n, 60n, 7n, 5n]);
  });

  it('is not made, and nothing is paid or left behind, when something is wrong', async () => {
    const block = await anvil.ask('eth_blockNumber');
    const good = ['--rpc', anvil.url];
    const cases = [
      [['--rpc', 'http://127.0.0.1:1', '--test-token'], 'chain-unreachable', '127.0.0.1:1'],
      [[...good, '--token', `0x${'12'.repeat(20)}`, '--stake', '5'], 'failed', 'no contract'],
      [[...good, ...good, '--test-token'], 'usage', 'endpoints'],
      [[...good, '--rpc', alias, '--test-token', '--agree', '1'], 'usage', 'endpoints'],
      [good, 'usage', 'stake'],
      [[...good, '--test-token', '--token', `0x${'12'.repeat(20)}`], 'usage', 'stake'],
      [[...good, '--test-token', '--max-nodes', '1001'], 'usage', '1 to 1000'],
    ] as const;
    for (const [args, code, words] of cases) {
      const { said, file } = await deploy('wrong.json', ...args);
      expect(said.error).toMatchObject({ code, message: expect.stringContaining(words) });
      await expect(readFile(file)).rejects.toThrow();
    }
    await writeFile(join(folder, 'there.json'), 'mine');
    const { said, file } = await deploy('there.json', ...good, '--test-token');
    expect(said.error).toMatchObject({ message: expect.stringContaining('is there already') });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await anvil.ask('eth_blockNumber')).toBe(block);
  });
});
