import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { S3Client } from './s3-client.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A store that answers as it is told: what real ones say only when they fail. */
async function clientOf(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<S3Client> {
  let count = 0;
  const listening = createServer((request, response) => answer(request, response, count++));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`;
  const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
  return new S3Client({ endpoint, bucket: 'b', region: 'here', credentials });
}

describe('requests to a bucket', () => {
  it('are signed, with the hash of what they carry', async () => {
    const client = await clientOf((request, response) => {
      response.end(JSON.stringify([request.url, request.headers]));
    });
    const answer = await client.send({ method: 'PUT', object: 'a/b~c', body: Buffer.from('abc') });
    const [url, headers] = (await answer.body.json()) as [string, Record<string, string>];
    expect(url).toBe('/b/a/b~c');
    expect(headers['x-amz-content-sha256']).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/here\/s3\/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify(headers)).not.toContain('secret');
    client.close();
  });

  it('are made again when a store is busy or hangs up, and no more often than bounded', async () => {
    const statuses: number[] = [];
    const client = await clientOf((request, response, count) => {
      statuses.push(count);
      if (count === 0) request.socket.destroy();
      else response.writeHead(count < 2 ? 503 : 200).end();
    });
    expect((await client.send({ method: 'GET', object: 'a' })).status).toBe(200);
    expect(statuses).toEqual([0, 1, 2]);
    client.close();
    server?.close();
    const dead = await clientOf((request) => request.socket.destroy());
    await expect(dead.send({ method: 'GET', object: 'a' })).rejects.toMatchObject({ code: 'unreachable' });
    dead.close();
  });

  it('that carry a stream are made once', async () => {
    let asked = 0;
    const client = await clientOf((request, response) => {
      asked++;
      request.resume().on('end', () => response.writeHead(503).end());
    });
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('abc');
    }
    const headers = { 'content-length': '3' };
    expect((await client.send({ method: 'PUT', object: 'a', headers, body: body() })).status).toBe(503);
    expect(asked).toBe(1);
    client.close();
  });

  it.each([
    [507, '', 'full'],
    [403, '<Error><Code>QuotaExceeded</Code></Error>', 'full'],
    [507, '<Error><Code>XMinioStorageFull</Code></Error>', 'full'],
    [403, '<Error><Code>SignatureDoesNotMatch</Code><Message>secrets</Message></Error>', 'refused'],
    [503, '<Error><Code>SlowDown</Code></Error>', 'unreachable'],
    [404, 'no XML at all', 'refused'],
  ])('that are answered %i %j are understood', async (status, text, code) => {
    const client = await clientOf((_, response) => {
      response.writeHead(status).end(text);
    });
    // A stream, so that nothing is tried again.
    const answer = await client.send({
      method: 'PUT',
      object: 'a',
      headers: { 'content-length': '0' },
      body: Readable.from([]),
    });
    const error = await client.unexpected(answer);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secrets');
    client.close();
  });
});
