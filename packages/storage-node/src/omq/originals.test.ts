import { utf8 } from '@sotto/bytes';
import { randomBytes, x25519KeyPair } from '@sotto/crypto';
import { OxenMq } from '@sotto/oxenmq';
import { afterEach, describe, expect, it } from 'vitest';
import { createEvents } from '../events.ts';
import type { LinkRequest } from '../link/exchange.ts';
import { LINK_PATH } from '../link/paths.ts';
import { Originals } from './originals.ts';

const endpoints: OxenMq[] = [];
afterEach(() => {
  for (const endpoint of endpoints.splice(0)) endpoint.cut();
});

async function openEndpoint(keys = x25519KeyPair(randomBytes(32))): Promise<OxenMq> {
  const endpoint = await OxenMq.open({
    keys,
    categories: {
      sn: { access: 'anybody', find: () => () => Promise.resolve([utf8('404'), utf8('no such thing')]) },
    },
    isNode: () => true,
    isNodeAddress: () => true,
    count: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  endpoints.push(endpoint);
  return endpoint;
}

/** An original node that is not there yet, and one that asks it. */
async function absent() {
  const keys = x25519KeyPair(randomBytes(32));
  const [door, asking] = [await openEndpoint(keys), await openEndpoint()];
  const host = '127.0.0.1';
  const omqPort = await door.listen(host, 0);
  door.cut();
  const node = {
    ...{ ip: host, httpsPort: 1, omqPort, ed25519: randomBytes(32), x25519: keys.publicKey, swarm: 0n },
  };
  const originals = new Originals({
    localAddress: undefined,
    events: createEvents(() => undefined),
    now: Date.now,
  });
  originals.use(asking);
  originals.found(node);
  const request: LinkRequest = {
    ...{ path: LINK_PATH.storage, body: utf8('{"method":"store","params":{}}') },
    ...{ timeout: 10_000, maxReply: 1_000 },
  };
  return {
    post: (patience: number) => originals.post(node, { ...request, patience }),
    arrives: async () => (await openEndpoint(keys)).listen(host, omqPort),
  };
}

describe('an original node that is just coming', () => {
  it('holds up nobody without patience, and is waited for by whoever has some', async () => {
    const { post, arrives } = await absent();
    expect(await post(0)).toEqual({ outcome: 'down' });
    const patient = post(20_000);
    expect(await post(0)).toEqual({ outcome: 'down' });
    await arrives();
    expect(await patient).toMatchObject({ outcome: 'answered', status: 404 });
    expect(await post(0)).toMatchObject({ outcome: 'answered' });
  });

  it('is waited for no longer than that', async () => {
    const { post } = await absent();
    expect(await post(0)).toEqual({ outcome: 'down' });
    const began = performance.now();
    expect(await post(300)).toEqual({ outcome: 'down' });
    expect(performance.now() - began).toBeGreaterThan(290);
  });
});
