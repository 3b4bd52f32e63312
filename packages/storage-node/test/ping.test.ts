import { connect } from 'node:http2';
import { toBase64 } from '@sotto/bytes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNetwork, post, type TestNetwork, type TestNode } from './_network.ts';

let network: TestNetwork;
beforeAll(async () => {
  network = await createNetwork([1]);
});
afterAll(() => network.close());

it('answers a ping with its key', async () => {
  const [node] = network.nodes as [TestNode];
  const { status, headers } = await post(node, '/ping_test/v1', '');
  expect([status, headers['x-oxen-snode-pubkey']]).toEqual([200, toBase64(node.ed25519)]);
});

// The answer is empty and does not wait for the body: once, that took the whole process with it.
it.each(['at once', 'with a body', 'late'])('lives on when a ping over HTTP/2 ends %s', async (how) => {
  const [node] = network.nodes as [TestNode];
  const session = connect(`https://${node.ip}:${node.httpsPort}`, { rejectUnauthorized: false });
  for (let count = 0; count < 20; count++) {
    const stream = session.request({ ':method': 'POST', ':path': '/ping_test/v1' });
    const answered = new Promise((resolve, reject) => {
      stream.on('response', (headers) => resolve(headers[':status']));
      stream.on('error', reject);
      stream.on('close', () => resolve('closed'));
    });
    stream.resume();
    if (how === 'at once') stream.end();
    if (how === 'with a body') stream.end('x'.repeat(1000));
    expect(await answered).toBe(200);
    if (how === 'late') stream.end('x');
  }
  session.destroy();
});
