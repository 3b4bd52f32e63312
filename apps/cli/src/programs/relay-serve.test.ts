import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Output } from '../output.ts';
import { runSotto } from '../run-sotto.ts';
import { relayServe } from './relay-serve.ts';

const BY_PHONE = ['relay', 'serve', '--registration', 'phone', '--sms'];
const BY_PROXY = ['--tls-by-proxy', '--public'];
const WEBHOOK = ['webhook', '--sms-url', 'https://sms.example/', '--sms-secret-file', '/nowhere'];

describe('a relay that cannot be served', () => {
  const taken = createServer();
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sotto-serve-'));
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    taken.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    [['relay', 'serve', '--listen', '0.0.0.0:0'], 2, 'needs-public-url', '--public'],
    [
      ['relay', 'serve', '--listen', '0.0.0.0:0', ...BY_PROXY, 'https://h.example'],
      2,
      'not-loopback',
      '127.',
    ],
    [
      ['relay', 'serve', '--listen', '127.0.0.1:0', ...BY_PROXY, 'http://h.example'],
      2,
      'bad-public-url',
      'https:',
    ],
    [['relay', 'serve', '--listen', '127.0.0.1:0', '--public', 'h.example'], 2, 'bad-public-url', 'https:'],
    [[...BY_PHONE, 'log', '--listen', '192.0.2.1:0'], 2, 'bad-code-sender', '--sms-beyond'],
    [[...BY_PHONE, ...WEBHOOK, '--listen', '127.0.0.1:0'], 1, 'bad-secret-file', 'one line'],
    [
      ['relay', 'serve', '--listen', '127.0.0.1:0', '--remote-config', '-x=1'],
      2,
      'bad-remote-config',
      '--remote-config',
    ],
    [['relay', 'invite'], 1, 'no-relay', 'relay serve'],
    [['relay', 'ledger', '01234567-89ab-8def-8123-456789abcdef'], 1, 'no-relay', 'relay serve'],
  ])('%j is refused with what to do', async (argv, exitCode, code, hint) => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const terminal = { ...streams, environment: {}, signal: new AbortController().signal };
    const data = join(folder, 'nothing');
    expect(await runSotto([...argv, '--data', data, '--json'], terminal)).toBe(exitCode);
    expect(JSON.parse(String(streams.stderr.read()))).toMatchObject({
      error: { code, hint: expect.stringContaining(hint) },
    });
  });

  it('for an address that is taken, says so in words, with what to do', async () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const terminal = { ...streams, environment: {}, signal: new AbortController().signal };
    const serving = relayServe(
      {
        command: 'relay serve',
        json: true,
        data: join(folder, 'relay'),
        listen: { host: '127.0.0.1', port: (taken.address() as AddressInfo).port },
        registration: 'invite',
      },
      { terminal, output: new Output(terminal, true) },
    );
    await expect(serving).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('another program'),
      hint: expect.stringContaining('--listen'),
    });
  });
});
