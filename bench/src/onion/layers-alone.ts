import { utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { buildOnionRequest, nodeKeysFromSeed, peelLayer, readClientRequest } from '@sotto/onion';
import { formatRpc } from '@sotto/protocol';
import type { Side } from '../compare.ts';
import { measure } from '../measure.ts';
import { textOf } from '../text-of.ts';

/**
 * The peer: the arithmetic alone. The same four layers of the same request are opened in this process, with
 * no network, no replay memory and no process in between: what a node must do at the very least.
 */
export function layersAlone(requests: number): Side {
  const keys = Array.from({ length: 4 }, () => nodeKeysFromSeed(randomBytes(32)));
  const [guard, middle, exit, end] = keys.map(({ ed25519, x25519 }) => ({
    ed25519: ed25519.publicKey,
    x25519: x25519.publicKey,
  }));
  if (!guard || !middle || !exit || !end) throw new Error('four nodes are needed');
  const build = (index: number) =>
    buildOnionRequest({
      path: [guard, middle, exit],
      destination: {
        kind: 'node',
        hop: end,
        rpc: formatRpc('info', { filling: textOf(index).slice(0, 950) }),
      },
      encryption: 'xchacha20',
      now: Date.now(),
      pad: false,
      wrap: false,
      random: randomBytes,
    }).body;
  return {
    name: 'four layers opened in memory',
    run: () => {
      const bodies = Array.from({ length: requests }, (_, index) => build(index));
      return measure(requests, async () => {
        for (const body of bodies) peelAll(body);
      });
    },
    close: async () => undefined,
  };

  function peelAll(body: Uint8Array): void {
    let layer = readClientRequest(body);
    for (const { x25519 } of keys) {
      const peeled = peelLayer(layer, x25519, randomBytes);
      if (peeled.outcome === 'destination') return void peeled.seal({ status: 200, body: ANSWER });
      if (peeled.outcome !== 'relay') throw new Error('a layer was not opened');
      layer = peeled.layer;
    }
  }
}

/** `{}`; the real reply is a little longer. */
const ANSWER = utf8('{}');
