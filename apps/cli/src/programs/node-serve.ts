import { readFileSync } from 'node:fs';
import { isChainSource } from '@sotto/directory';
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
    throw explainListening(error) ?? explainServers(error, { 'bad-directory': hintOf(directory) }) ?? error;
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

/** What to do about a directory that a storage node cannot go by. */
function hintOf(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return `is --directory ${file} right? It is the list that its keeper gives you, or the file that names a registry`;
  }
  return isChainSource(text)
    ? `are the endpoints in ${file} right, and up? More than half of them must answer alike`
    : `\`sotto directory show --file ${file}\` says who has signed it; its keepers sign with \`sotto directory sign\`, or give you the list of today`;
}
