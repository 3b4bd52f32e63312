import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { utf8 } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { type Credential, listen, makeCredential } from '../test/_servers.ts';
import { NetError } from './errors.ts';
import { postToSeed, type SeedRequest } from './post-to-seed.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

async function seed(credential: Credential, handle: Handle = (_, response) => response.end('answer')) {
  return `https://localhost:${await listen(createHttps(credential, handle))}`;
}

const question = (url: string, more: Partial<SeedRequest> = {}): SeedRequest => ({
  ...{ url, path: '/json_rpc', body: utf8('question'), timeout: 5_000, maxReply: 1_000, ...more },
});

describe('a question to a seed', () => {
  it('is answered by the server that has the pinned key, and says nothing of who asks', async () => {
    const credential = await makeCredential('somebody');
    let headers: IncomingMessage['headers'] = {};
    const url = await seed(credential, (request, response) => {
      headers = request.headers;
      request.pipe(response);
    });
    const reply = await postToSeed(question(url, { pin: credential.pin }));
    expect(reply).toEqual({ outcome: 'answered', status: 200, body: utf8('question') });
    expect(Object.keys(headers).sort()).toEqual(['connection', 'content-length', 'content-type', 'host']);
  });

  it('is not asked of another key, nor of a server that nobody vouches for', async () => {
    const credential = await makeCredential();
    let asked = 0;
    const url = await seed(credential, (_, response) => {
      asked++;
      response.end();
    });
    const pin = (await makeCredential()).pin;
    expect(await postToSeed(question(url, { pin }))).toEqual({ outcome: 'wrong-key' });
    expect(await postToSeed(question(url))).toEqual({ outcome: 'untrusted' });
    expect(asked).toBe(0);
    expect(await postToSeed(question(url), { authorities: credential.cert })).toMatchObject({ status: 200 });
  });

  it('gives up what is too long, too slow, or nobody', async () => {
    const credential = await makeCredential();
    const { pin } = credential;
    const long = await seed(credential, (_, response) => response.end('x'.repeat(2_000)));
    expect(await postToSeed(question(long, { pin }))).toEqual({ outcome: 'too-large' });
    const silent = await seed(credential, () => undefined);
    expect(await postToSeed(question(silent, { pin, timeout: 300 }))).toEqual({ outcome: 'unreachable' });
    expect(await postToSeed(question('https://127.0.0.1:1', { pin }))).toEqual({ outcome: 'unreachable' });
  });

  it('goes in plain text to this machine alone', async () => {
    const port = await listen(createServer((_, response) => response.end('answer')));
    expect(await postToSeed(question(`http://127.0.0.1:${port}`))).toMatchObject({ status: 200 });
    await expect(postToSeed(question('http://5.6.7.8'))).rejects.toThrow(NetError);
    await expect(
      postToSeed(question(`http://127.0.0.1:${port}`, { pin: new Uint8Array(32) })),
    ).rejects.toThrow(NetError);
  });
});
