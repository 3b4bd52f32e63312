import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { type Context, toldToEnd } from './context.ts';
import { endWithParent } from './end-with-parent.ts';
import { explainListening } from './explain-listening.ts';
import { explainServers } from './explain-servers.ts';

/** What was begun is finished within this time, or the command says that it was not. */
const DRAIN_MS = 10_000;

/** Run a storage node until told to end. */
export async function nodeServe(
  { data, listen, directory, trace, quick }: InvocationOf<'node serve'>,
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
  }).catch((error: unknown) => {
    throw explainListening(error) ?? explainServers(error) ?? error;
  });
  try {
    const ready = { event: 'ready', url: node.url, key: node.key, seed: node.seed, pid: process.pid };
    await context.output.result(ready, `ready: ${node.url}\nkey: ${node.key}\nseed: ${node.seed}`);
    await Promise.race([toldToEnd(context), orphaned]);
  } finally {
    await withinDrainTime(node.close());
  }
  return DONE;
}

function withinDrainTime(closing: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new CliError('failed', 'the storage node did not finish its work in time'));
    const timer = setTimeout(late, DRAIN_MS);
    closing.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
