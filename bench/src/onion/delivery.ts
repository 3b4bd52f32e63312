import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientParts } from '@sotto/client';
import { randomBytes } from '@sotto/crypto';
import { formatNetwork, parseRelayUrl } from '@sotto/identity';
import { nodeNet, postToGuard } from '@sotto/net-node';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { startRelay } from '@sotto/relay';
import { createOnionRoad } from '@sotto/transport-onion';
import { createRelayRoad } from '@sotto/transport-relay';
import { createPair, type Pair, systemClock, write } from '../client-pair.ts';
import type { Side } from '../compare.ts';
import { measure } from '../measure.ts';
import { expectText, textOf } from '../text-of.ts';
import type { NodeProcesses } from './node-processes.ts';

/** From a written message to its text on the other side, by the onion road; both clients in this process. */
export async function deliveryByOnion(network: NodeProcesses, messages: number): Promise<Side> {
  const makeRoads: ClientParts['makeRoads'] = (joined, memoryOf) =>
    joined.directory === undefined
      ? []
      : [
          createOnionRoad({
            directory: joined.directory,
            post: postToGuard({}),
            clock: systemClock,
            random: randomBytes,
            memory: memoryOf('onion'),
          }),
        ];
  const text = formatNetwork({ directory: network.directory });
  return timedPair('delivered by the onion road', await createPair(makeRoads, text), messages);
}

/** The same by the relay road; the relay runs in this process. */
export async function deliveryByRelay(messages: number): Promise<Side> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-bench-relay-'));
  const listen = { host: '127.0.0.1', port: 0 };
  const relay = await startRelay({ data, listen, registration: 'open' });
  const net = nodeNet();
  const parts = { receipts: receiptCredentials, net, clock: systemClock, random: randomBytes };
  const makeRoads: ClientParts['makeRoads'] = (joined) =>
    joined.relay === undefined ? [] : [createRelayRoad({ ...parts, relay: joined.relay })];
  const text = formatNetwork({ relay: parseRelayUrl(relay.url) });
  const side = timedPair('delivered by the relay road', await createPair(makeRoads, text), messages);
  return {
    ...side,
    close: async () => {
      await side.close();
      await relay.close();
      rmSync(data, { recursive: true });
    },
  };
}

function timedPair(name: string, pair: Pair, messages: number): Side {
  let sent = 0;
  return {
    name,
    run: () =>
      measure(messages, async (timed) => {
        for (let count = 0; count < messages; count++) {
          const index = sent++;
          const started = performance.now();
          await write(pair.alice, pair.bob, textOf(index));
          expectText(await pair.bob.next(), index);
          timed(performance.now() - started);
        }
      }),
    close: () => pair.close(),
  };
}
