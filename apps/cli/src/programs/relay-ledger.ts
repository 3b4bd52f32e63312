import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { describeLedger } from './describe-ledger.ts';
import { explainServers } from './explain-servers.ts';

/** Print all that the relay holds about an account. */
export async function relayLedger(
  { data, database, aci }: InvocationOf<'relay ledger'>,
  { output }: Context,
): Promise<number> {
  const { readLedger } = await import('@sotto/app-relay');
  const ledger = await readLedger({ data, aci, ...(database !== undefined && { database }) }).catch(
    (error: unknown) => {
      throw explainServers(error) ?? error;
    },
  );
  await output.result(ledger, describeLedger(ledger));
  return DONE;
}
