import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

/** Copy a relay's data to a new folder. */
export async function relayBackup(
  { data, to }: InvocationOf<'relay backup'>,
  { output }: Context,
): Promise<number> {
  const { backupRelay } = await import('@sotto/app-relay');
  const progress = ({ name, size }: { readonly name: string; readonly size: number }): void =>
    output.note(`copied ${name} (${size} bytes)`);
  const { files, bytes } = await backupRelay({ data, to, progress }).catch((error: unknown) => {
    throw explainServers(error) ?? error;
  });
  output.note('it holds the secrets of the relay: keep it where nobody else can read it');
  const lines = `${files} files, ${bytes} bytes are in ${to}`;
  await output.result({ event: 'backup', to, files, bytes }, lines);
  return DONE;
}
