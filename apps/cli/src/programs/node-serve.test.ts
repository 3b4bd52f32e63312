import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { formatListFile, newList, parseNodeFile, signList, withNodes } from '@sotto/directory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSotto } from '../run-sotto.ts';

/** The two commands of whoever runs a node, in this process. */

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-node-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(argv: readonly string[]): {
  readonly done: Promise<number>;
  readonly out: () => string;
  readonly errors: () => string;
  readonly end: () => void;
} {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const ending = new AbortController();
  let [out, errors] = ['', ''];
  streams.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  streams.stderr.on('data', (part: Buffer) => {
    errors += part.toString();
  });
  const done = runSotto(argv, { ...streams, environment: {}, signal: ending.signal });
  return { done, out: () => out, errors: () => errors, end: () => ending.abort() };
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('not in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a node of one’s own', () => {
  it('is made, listed, served and ended', async () => {
    const data = join(folder, 'node');
    const init = run(['node', 'init', '--data', data, '--public', '127.9.8.7:22021']);
    expect(await init.done).toBe(0);
    const node = parseNodeFile(init.out());
    expect(node).toMatchObject({ ip: '127.9.8.7', httpsPort: 22021, omqPort: 0 });
    expect(init.out()).not.toContain(
      JSON.parse(await readFile(join(data, 'node.json'), 'utf8')).ed25519_seed,
    );

    const signer = ed25519KeyPair(randomBytes(32));
    const empty = newList({ signers: [signer.publicKey], threshold: 1, subnets: 'ignore', now: 1 });
    const file = join(folder, 'directory.json');
    const listed = withNodes(empty, [{ ...node, swarm: 0n }], 2);
    await writeFile(file, formatListFile(signList(listed, signer.secretKey)));

    const flags = ['--data', data, '--listen', '127.0.0.1:0', '--directory', file, '--json'];
    const serving = run(['node', 'serve', ...flags]);
    await until(() => serving.out().includes('\n'));
    expect(JSON.parse(serving.out())).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      key: JSON.parse(init.out()).pubkey_ed25519,
      seed: expect.stringMatching(/^https:\/\/[\d.]+:\d+#key=[\w-]{43}$/),
      pid: process.pid,
    });
    const second = run(['node', 'serve', ...flags]);
    expect(await second.done).toBe(1);
    expect(JSON.parse(second.errors())).toMatchObject({
      error: { code: 'in-use', hint: expect.stringMatching(/another --data$/) },
    });

    const backup = join(folder, 'backup');
    const backedUp = run(['node', 'backup', '--data', data, '--to', backup, '--json']);
    expect(await backedUp.done).toBe(0);
    expect(JSON.parse(backedUp.out())).toMatchObject({ event: 'backup', to: backup, files: 4 });
    expect(backedUp.errors()).toContain('messages are NOT in it');
    const ledger = run(['node', 'ledger', '--data', data]);
    expect(await ledger.done).toBe(0);
    expect(ledger.out()).toContain('message: 0 rows, 0 bytes');
    const mailbox = `05${'7F'.repeat(32)}`;
    const rows = run(['node', 'ledger', '--data', data, mailbox, '--json']);
    expect(await rows.done).toBe(0);
    expect(JSON.parse(rows.out())).toMatchObject({ mailbox: mailbox.toLowerCase() });
    const none = run(['node', 'ledger', '--data', data, mailbox]);
    expect(await none.done).toBe(0);
    expect(none.out()).toBe('This storage node holds nothing about this mailbox.\n');
    serving.end();
    expect(await serving.done).toBe(0);

    // With settings from a file, on what was brought back, and with health and metrics.
    const restored = join(folder, 'restored');
    const restoring = run(['node', 'restore', '--from', backup, '--data', restored, '--json']);
    expect(await restoring.done).toBe(0);
    expect(JSON.parse(restoring.out())).toMatchObject({
      event: 'restored',
      data: restored,
      key: JSON.parse(init.out()).pubkey_ed25519,
    });
    const over = run(['node', 'restore', '--from', backup, '--data', restored, '--json']);
    expect(await over.done).toBe(1);
    expect(JSON.parse(over.errors())).toMatchObject({ error: { code: 'bad-data-folder' } });
    const settings = { listen: '127.0.0.1:0', directory: file, 'metrics-listen': '127.0.0.1:0' };
    const config = join(folder, 'settings.json');
    await writeFile(config, JSON.stringify(settings));
    const line = ['node', 'serve', '--config', config, '--data', restored];
    const printed = run([...line, '--print-config']);
    expect(await printed.done).toBe(0);
    expect(JSON.parse(printed.out())).toEqual({
      ...{ ...settings, data: restored },
      ...{ json: false, 'quick-votes': false },
    });
    const again = run([...line, '--json']);
    await until(() => again.out().includes('\n'));
    const { metrics_port: port, key } = JSON.parse(again.out()) as Record<string, unknown>;
    expect(key).toBe(JSON.parse(init.out()).pubkey_ed25519);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('sotto_node_ready 1\n');
    again.end();
    expect(await again.done).toBe(0);
  });

  it.each([
    [['node', 'init', '--data', 'd', '--public', '[::1]:22021'], 'IPv4'],
    [['node', 'init', '--data', 'd', '--public', 'node.example:22021'], 'IPv4'],
    [['node', 'init', '--data', 'd', '--public', '0.0.0.0:22021'], 'one address'],
    [['node', 'init', '--data', 'd', '--public', '203.0.113.7:0'], 'one address'],
    [['node', 'init', '--data', 'd', '--public', '203.0.113.999:22021'], 'IPv4'],
    [['node', 'serve', '--data', 'd', '--listen', '[::]:22021', '--directory', 'f'], 'IPv4'],
    [['node', 'ledger', '--data', 'd', `05${'7f'.repeat(31)}`], '66 hexadecimal digits'],
    [['node', 'backup', '--data', 'd'], '--to is missing'],
  ])('is refused with words: %s', async (argv, words) => {
    const refused = run(argv);
    expect(await refused.done).toBe(2);
    expect(refused.errors()).toContain(words);
  });

  it('on a list that too few have signed is exit 1, with what to do', async () => {
    const data = join(folder, 'early');
    const init = run(['node', 'init', '--data', data, '--public', '127.9.8.6:22021']);
    expect(await init.done).toBe(0);
    const signer = ed25519KeyPair(randomBytes(32));
    const empty = newList({ signers: [signer.publicKey], threshold: 1, subnets: 'ignore', now: 1 });
    const file = join(folder, 'unsigned.json');
    const listed = withNodes(empty, [{ ...parseNodeFile(init.out()), swarm: 0n }], 2);
    await writeFile(file, formatListFile(listed));
    const early = run(['node', 'serve', '--data', data, '--listen', '127.0.0.1:0', '--directory', file]);
    expect(await early.done).toBe(1);
    expect(early.errors()).toContain('directory sign');
  });

  it('that was never made is exit 1, with what to do', async () => {
    const missing = run([
      ...['node', 'serve', '--data', join(folder, 'nothing'), '--listen', '127.0.0.1:0'],
      ...['--directory', join(folder, 'directory.json'), '--json'],
    ]);
    expect(await missing.done).toBe(1);
    expect(JSON.parse(missing.errors())).toMatchObject({
      error: { code: 'no-node', message: expect.stringContaining('node init') },
    });
  });
});

describe('what cannot be done with a node', () => {
  let data: string;
  beforeAll(async () => {
    data = join(folder, 'refused');
    const init = run(['node', 'init', '--data', data, '--public', '127.9.8.6:22021']);
    expect(await init.done).toBe(0);
  });

  const hintOf = async (argv: readonly string[]): Promise<string> => {
    const { done, errors } = run([...argv, '--data', data, '--json']);
    expect(await done).toBe(1);
    return (JSON.parse(errors()) as { error: { hint: string } }).error.hint;
  };
  const serve = (directory: string) =>
    hintOf(['node', 'serve', '--listen', '127.0.0.1:0', '--directory', directory]);

  it('is told with what to do: of a list that is not there, one that is none, and a registry that is silent', async () => {
    expect(await serve(join(folder, 'nowhere'))).toContain('the list that its keeper gives you');
    const file = join(folder, 'none');
    await writeFile(file, 'nothing');
    expect(await serve(file)).toContain(`sotto directory show --file ${file}`);
    const chain = join(folder, 'chain.json');
    const [id, contract] = [31_337, `0x${'12'.repeat(20)}`];
    const endpoints = ['http://127.0.0.1:9'];
    await writeFile(
      chain,
      JSON.stringify({ chain: { id, contract, endpoints, agree: 1, confirmations: 0, subnets: 'ignore' } }),
    );
    expect(await serve(chain)).toContain(`are the endpoints in ${chain} right`);
  });

  it('is told of a file that names no registry, by whoever registers', async () => {
    const key = join(folder, 'operator.key');
    await writeFile(key, '7'.repeat(64));
    const list = join(folder, 'directory.json');
    expect(await hintOf(['node', 'register', '--registry', list, '--key', key])).toContain(
      'sotto registry deploy',
    );
  });

  it('is told of a folder that is no backup, by the command that makes one of a node', async () => {
    const { done, errors } = run([
      'node',
      'restore',
      '--from',
      data,
      '--data',
      join(folder, 'new'),
      '--json',
    ]);
    expect(await done).toBe(1);
    expect((JSON.parse(errors()) as { error: { hint: string } }).error.hint).toBe(
      'give the folder that `sotto node backup` has made',
    );
  });
});
