import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

const ELSEWHERE =
  'accounts and mail are NOT in it: they are on the database server. Back that up as well, as in ' +
  '`pg_dump --format=custom --file=FILE postgres://…`, and restore both: each is of no use without the other';

/** Copy a relay's data to a new folder. */
export async function relayBackup(
  { data, database, to }: InvocationOf<'relay backup'>,
  { output }: Context,
): Promise<number> {
  const { backupRelay } = await import('@sotto/app-relay');
  const progress = ({ name, size }: { readonly name: string; readonly size: number }): void =>
    output.note(`copied ${name} (${size} bytes)`);
  const elsewhere = database !== undefined;
  const { files, bytes, whole } = await backupRelay({ data, elsewhere, to, progress }).catch(
    (error: unknown) => {
      throw explainServers(error) ?? error;
    },
  );
  output.note('it holds the secrets of the relay: keep it where nobody else can read it');
  if (!whole) output.note(ELSEWHERE);
  const lines = `${files} files, ${bytes} bytes are in ${to}`;
  await output.result({ event: 'backup', to, files, bytes, whole }, lines);
  return DONE;
}
