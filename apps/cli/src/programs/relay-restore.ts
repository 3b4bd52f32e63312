import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

/** Make a relay's data folder from a backup. */
export async function relayRestore(
  { from, data, database }: InvocationOf<'relay restore'>,
  { output }: Context,
): Promise<number> {
  const { restoreRelay } = await import('@sotto/app-relay');
  const { madeAt } = await restoreRelay({
    from,
    data,
    ...(database !== undefined && { database }),
  }).catch((error: unknown) => {
    throw explainServers(error) ?? error;
  });
  output.note(
    'never run this copy beside the relay it was made of; what it has acknowledged since is not in it',
  );
  const lines = `${data} is as the relay was on ${new Date(madeAt).toISOString()}`;
  await output.result({ event: 'restored', data, made_at: madeAt }, lines);
  return DONE;
}
