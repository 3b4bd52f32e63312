import { concatBytes, encodeBencoded, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createNetwork, createOwner, membersFor, retrieveParams, rpc, signedStore } from './_network.ts';
import { ASK, ask, closeConnections, connect, dictOf, json } from './_omq.ts';

afterEach(closeConnections);

describe('another network of two swarms', () => {
  it('sends clients and members to those who keep the account', async () => {
    const other = await createNetwork([1, 1], { omq: true });
    try {
      const pair = ed25519KeyPair(randomBytes(32));
      const p = concatBytes(Uint8Array.of(3), pair.publicKey);
      const [outside] = membersFor(other, p).outside;
      if (outside === undefined) throw new Error('no node');
      const conversation = await connect(outside);
      const t = Math.floor(Date.now() / 1000);
      const s = ed25519Sign(pair.secretKey, utf8(`MONITOR${toHex(p)}${t}00`));
      const [answer] = await ask(conversation, 'monitor.messages', encodeBencoded({ p, n: [0], t, s }));
      expect(dictOf(answer).get('errcode')).toBe(6);
      const store = encodeBencoded({ pubkey: p, namespace: 40, data: p, timestamp: Date.now(), ttl: 60_000 });
      const [status, body] = await ask(conversation, 'storage.store', store);
      expect(fromUtf8(status ?? new Uint8Array())).toBe('421');
      expect((dictOf(body).get('snodes') as readonly unknown[]).length).toBe(1);
    } finally {
      await other.close();
    }
  });
});

it('ends in time while clients wait and are told', async () => {
  const other = await createNetwork([1], { omq: true });
  const [node] = other.nodes;
  if (node === undefined) throw new Error('no node');
  const conversation = await connect(node);
  const owner = createOwner();
  const waiting = conversation.ask('storage.retrieve', [json(retrieveParams(owner, 40, { wait: 20_000 }))], {
    ...ASK,
    timeout: 30_000,
  });
  await rpc(node, 'store', signedStore(owner, 2, 'something else'));
  // Answered in their order: by then the other one waits.
  await ask(conversation, 'storage.info');
  const began = Date.now();
  await other.close();
  expect(Date.now() - began).toBeLessThan(9_500);
  expect((await waiting).outcome).toBe('answered');
  await conversation.gone;
});
