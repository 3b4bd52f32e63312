import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Context, toldToEnd } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { explainListening } from './explain-listening.ts';
import { explainServers } from './explain-servers.ts';
import { withinDrainTime } from './within-drain-time.ts';

/** Run a storage node until told to end. */
export async function nodeServe(
  { data, listen, directory, trace, quick, operation }: InvocationOf<'node serve'>,
  context: Context,
): Promise<number> {
  const orphaned = new Promise<void>(endWithParent);
  const { startNode } = await import('@sotto/app-storage-node');
  const node = await startNode({
    data,
    listen,
    directory,
    quick,
    ...(trace === undefined ? {} : { trace }),
    ...(operation === undefined ? {} : { operation }),
  }).catch((error: unknown) => {
    throw explainListening(error) ?? explainServers(error) ?? error;
  });
  try {
    const port = node.operationPort;
    const metrics = port === undefined ? {} : { metrics_port: port };
    const { url, key, seed } = node;
    const ready = { event: 'ready', url, key, seed, pid: process.pid, ...metrics };
    await context.output.result(ready, `ready: ${url}\nkey: ${key}\nseed: ${seed}`);
    await Promise.race([toldToEnd(context), orphaned]);
  } finally {
    await withinDrainTime('the storage node', node.close());
  }
  return DONE;
}
