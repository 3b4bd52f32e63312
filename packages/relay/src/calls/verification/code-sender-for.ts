import type { RelayContext } from '../../context.ts';
import { type Call, lastHopOf } from '../../http/call.ts';
import type { CodeSender } from '../../sms/code-sender.ts';

/**
 * How codes get to phones. Undefined, which is 404, at a relay that registers nobody by phone, and through the onion
 * network: nobody registers that way, and no address says whose share of the codes it is.
 */
export function codeSenderFor(
  { codeSender }: Pick<RelayContext, 'codeSender'>,
  { from }: Pick<Call, 'from'>,
): CodeSender | undefined {
  return lastHopOf(from) === undefined ? codeSender : undefined;
}
