import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { describeMailbox, describeNodeLedger } from './describe-node-ledger.ts';
import { explainServers } from './explain-servers.ts';

/** Print all that a storage node holds by kind, or all rows about one mailbox. */
export async function nodeLedger(
  { data, mailbox }: InvocationOf<'node ledger'>,
  { output }: Context,
): Promise<number> {
  const { readMailboxLedger, readNodeLedger } = await import('@sotto/app-storage-node');
  try {
    if (mailbox === undefined) {
      const ledger = readNodeLedger({ data });
      await output.result(ledger, describeNodeLedger(ledger));
    } else {
      const ledger = readMailboxLedger({ data, mailbox });
      await output.result(ledger, describeMailbox(ledger));
    }
  } catch (error) {
    throw explainServers(error) ?? error;
  }
  return DONE;
}
