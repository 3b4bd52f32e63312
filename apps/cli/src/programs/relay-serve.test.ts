import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Output } from '../output.ts';
import { relayServe } from './relay-serve.ts';

describe('a relay on an address that is taken', () => {
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

  it('says so in words, with what to do', async () => {
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
