import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';

/** Make a node's keys and print NODE.json, which holds nothing secret. */
export async function nodeInit(
  { data, public: { host, port }, omqPort }: InvocationOf<'node init'>,
  { output }: Context,
): Promise<number> {
  const { initNode } = await import('@sotto/app-storage-node');
  const node = await initNode({ data, ip: host, httpsPort: port, omqPort });
  await output.result(node, JSON.stringify(node, null, 2));
  output.note('give this to whoever keeps the directory; the folder holds the key and stays here');
  return DONE;
}
