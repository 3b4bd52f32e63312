import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

/** Copy a storage node's keys to a new folder. */
export async function nodeBackup(
  { data, to }: InvocationOf<'node backup'>,
  { output }: Context,
): Promise<number> {
  const { backupNode } = await import('@sotto/app-storage-node');
  const progress = ({ name, size }: { readonly name: string; readonly size: number }): void =>
    output.note(`copied ${name} (${size} bytes)`);
  const { files, bytes } = await backupNode({ data, to, progress }).catch((error: unknown) => {
    throw explainServers(error) ?? error;
  });
  output.note('it holds the key of the storage node: keep it where nobody else can read it');
  output.note('messages are NOT in it: the other members of the swarm have them');
  await output.result({ event: 'backup', to, files, bytes }, `${files} files, ${bytes} bytes are in ${to}`);
  return DONE;
}
