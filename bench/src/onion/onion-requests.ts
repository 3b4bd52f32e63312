import { fromUtf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { postToGuard } from '@sotto/net-node';
import { buildOnionRequest, type OnionRequest } from '@sotto/onion';
import { formatRpc } from '@sotto/protocol';
import type { Side } from '../compare.ts';
import { type CpuClock, measure } from '../measure.ts';
import { textOf } from '../text-of.ts';
import type { NodeProcesses } from './node-processes.ts';

/** Which nodes a request travels; the last answers it. */
const [GUARD, MIDDLE, EXIT, END] = [0, 1, 2, 3] as const;

const CLIENTS = 16;

/** A request of 1 KiB through three hops to a fourth node, every layer under a key of its own. */
function requestOf({ nodes }: NodeProcesses, index: number): OnionRequest {
  const [guard, middle, exit, end] = [nodes[GUARD], nodes[MIDDLE], nodes[EXIT], nodes[END]];
  if (!guard || !middle || !exit || !end) throw new Error('four nodes are needed');
  return {
    path: [guard, middle, exit],
    destination: { kind: 'node', hop: end, rpc: formatRpc('info', { filling: textOf(index).slice(0, 950) }) },
    encryption: 'xchacha20',
    now: Date.now(),
    pad: false,
    wrap: false,
    random: randomBytes,
  };
}

/** Requests through real node processes, so many of them at once. CPU is that of all nodes and of nothing else. */
export function onionRequests(
  network: NodeProcesses,
  requests: number,
  parallel: number,
  cpu: CpuClock = network.cpu,
): Side {
  // From several addresses, as many clients have: a guard bounds what comes from one.
  const posts = Array.from({ length: CLIENTS }, (_, index) =>
    postToGuard({ source: `127.0.0.${index + 2}` }),
  );
  const guard = network.nodes[GUARD];
  if (guard === undefined) throw new Error('no guard');
  const ask = async (index: number, timed: (milliseconds: number) => void): Promise<void> => {
    const started = performance.now();
    const built = buildOnionRequest(requestOf(network, index));
    const post = posts[index % CLIENTS];
    if (post === undefined) throw new Error('no client');
    const answer = await post({
      ip: guard.ip,
      port: guard.httpsPort,
      path: '/onion_req/v2',
      body: built.body,
      timeout: 10_000,
      maxReply: 65_536,
    });
    if (answer.outcome !== 'answered' || answer.status !== 200) throw new Error('a request was lost');
    const opened = built.open(answer.body);
    if (opened.outcome !== 'opened' || !fromUtf8(opened.body).includes('"version"')) {
      throw new Error('a request was not answered by its destination');
    }
    timed(performance.now() - started);
  };
  let next = 0;
  return {
    name: parallel === 1 ? 'onion request, one by one' : `onion request, ${parallel} in parallel`,
    run: () =>
      measure(
        requests,
        async (timed) => {
          const last = next + requests;
          const lane = async () => {
            while (next < last) await ask(next++, timed);
          };
          await Promise.all(Array.from({ length: parallel }, lane));
        },
        cpu,
      ),
    close: async () => undefined,
  };
}
