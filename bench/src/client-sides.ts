import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { formatNetwork, parseRelayUrl } from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { startRelay } from '@sotto/relay';
import { createRelayRoad } from '@sotto/transport-relay';
import { createPair, type Pair, type Person, systemClock, write } from './client-pair.ts';
import type { Side } from './compare.ts';
import { createLoopback } from './loopback-road.ts';
import { measure } from './measure.ts';
import { expectText, textOf } from './text-of.ts';

/** Two client cores with encrypted stores and a road that costs nothing; each message waits for the last. */
export async function clientOneByOne(messages: number): Promise<Side> {
  return sideOf('client, one by one', await loopbackPair(), messages, 1);
}

/** The same with 50 messages written before the first is waited for. */
export async function clientFiftyAtOnce(messages: number): Promise<Side> {
  return sideOf('client, 50 at once', await loopbackPair(), messages, 50);
}

/** The whole way: two clients, TLS, WebSockets and a durable relay, all in this process. */
export async function throughRelay(messages: number): Promise<Side> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-bench-relay-'));
  const relay = await startRelay({
    data,
    listen: { host: '127.0.0.1', port: 0 },
    registration: 'open',
  });
  const network = formatNetwork({ relay: parseRelayUrl(relay.url) });
  const net = nodeNet();
  const pair = await createPair(
    (joined) =>
      joined.relay === undefined
        ? []
        : [
            createRelayRoad({
              relay: joined.relay,
              receipts: receiptCredentials,
              net,
              clock: systemClock,
              random: randomBytes,
            }),
          ],
    network,
  );
  const side = sideOf('through the relay, 50 at once', pair, messages, 50);
  return {
    ...side,
    close: async () => {
      await side.close();
      await relay.close();
      rmSync(data, { recursive: true });
    },
  };
}

function loopbackPair(): Promise<Pair> {
  const makeRoad = createLoopback();
  // The text only has to name some relay; the road goes nowhere.
  const network = formatNetwork({ relay: { url: 'https://relay.example' } });
  return createPair(() => [makeRoad()], network);
}

/** Turns of `burst` messages, one person and then the other, as in the peer's ping-pong. */
function sideOf(name: string, pair: Pair, messages: number, burst: number): Side {
  const turns = Math.max(1, Math.round(messages / burst));
  let sent = 0;
  const turn = async (from: Person, to: Person): Promise<void> => {
    const first = sent;
    sent += burst;
    const writing: Promise<void>[] = [];
    for (let index = first; index < sent; index++) writing.push(write(from, to, textOf(index)));
    await Promise.all(writing);
    for (let index = first; index < sent; index++) expectText(await to.next(), index);
  };
  return {
    name,
    run: () =>
      measure(turns * burst, async () => {
        for (let count = 0; count < turns; count++) {
          await (count % 2 === 0 ? turn(pair.alice, pair.bob) : turn(pair.bob, pair.alice));
        }
      }),
    close: () => pair.close(),
  };
}
