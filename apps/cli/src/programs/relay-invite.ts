import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

/** Print an invite for one account. */
export async function relayInvite(
  { data, presentation, database }: InvocationOf<'relay invite'>,
  { output }: Context,
): Promise<number> {
  if (presentation) {
    output.note('linkable: the relay can join this presentation to the account that uses it; for tests only');
  }
  const { createInvite } = await import('@sotto/app-relay');
  const made = await createInvite({
    data,
    presentation,
    ...(database !== undefined && { database }),
  }).catch((error: unknown) => {
    throw explainServers(error) ?? error;
  });
  const { invite, receiptCredentialPresentation } = made;
  const lines = [
    invite,
    ...(receiptCredentialPresentation === undefined ? [] : [receiptCredentialPresentation]),
  ];
  await output.result(made, lines.join('\n'));
  return DONE;
}
