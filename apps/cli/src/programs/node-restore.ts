import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

/** Make a storage node's data folder from a backup. */
export async function nodeRestore(
  { from, data }: InvocationOf<'node restore'>,
  { output }: Context,
): Promise<number> {
  const { restoreNode } = await import('@sotto/app-storage-node');
  const { madeAt, key } = await restoreNode({ from, data }).catch((error: unknown) => {
    throw (
      explainServers(error, { 'no-backup': 'give the folder that `sotto node backup` has made' }) ?? error
    );
  });
  output.note('never run it beside the storage node it was made of: one key is one node');
  const lines = `${data} is the storage node ${key} as on ${new Date(madeAt).toISOString()}, without messages`;
  await output.result({ event: 'restored', data, key, made_at: madeAt }, lines);
  return DONE;
}
