import { fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { LeaveSignal } from '@sotto/frames';
import { buildOnionRequest, nodeKeysFromSeed, peelLayer, readClientRequest } from '@sotto/onion';
import { expect, it } from 'vitest';
import { handleLayer, type OnionContext } from './handle-layer.ts';

const NOW = 1_700_000_000_000;

function newHop() {
  const keys = nodeKeysFromSeed(randomBytes(32));
  return { keys, hop: { ed25519: keys.ed25519.publicKey, x25519: keys.x25519.publicKey } };
}

/** What a guard says when the hop behind it says this. */
async function saidBy(said: string, status = 503) {
  const [guard, next, end] = [newHop(), newHop(), newHop()];
  const { body } = buildOnionRequest({
    ...{ path: [guard.hop, next.hop], destination: { kind: 'node', hop: end.hop, rpc: utf8('{}') } },
    ...{ encryption: 'xchacha20', now: NOW, pad: false, wrap: false, random: randomBytes },
  });
  const context = {
    now: () => NOW,
    events: { count: () => undefined },
    keys: {
      ed25519: guard.hop.ed25519,
      peel: (layer: Parameters<typeof peelLayer>[0]) => peelLayer(layer, guard.keys.x25519, randomBytes),
    },
    openedLayers: { remember: () => 'new', written: async () => undefined },
    directory: { find: () => ({ ip: '127.0.0.1' }) },
    links: { post: async () => ({ outcome: 'answered', status, body: utf8(said) }) },
  } as unknown as OnionContext;
  const reply = await handleLayer(context, {
    ...{ layer: readClientRequest(body), from: '127.0.0.1', source: { name: 'one', weight: 1 } },
    ...{ signal: new LeaveSignal(), hold: () => true },
  });
  return { status: reply.status, text: fromUtf8(reply.body), next: toHex(next.hop.ed25519) };
}

it('names the next hop when that refuses at its door without a name, and leaves other words as they are', async () => {
  const { next, ...said } = await saidBy('Service node is not ready: shutting down');
  expect(said).toEqual({ status: 503, text: `Snode not ready: ${next}` });
  for (const [text, status] of [
    [`Snode not ready: ${'ab'.repeat(32)}`, 503],
    ['too many server requests', 503],
    ['Service node is not ready: shutting down', 504],
  ] as const) {
    expect(await saidBy(text, status)).toMatchObject({ status, text });
  }
});
