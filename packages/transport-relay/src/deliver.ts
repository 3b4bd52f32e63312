import { observe } from '@sotto/bytes';
import type { DeliverOutcome, Delivery, Toil } from '@sotto/client';
import { aciOf, formatAci } from '@sotto/identity';
import { ENVELOPE_TYPE, formatMessageList, PATH, STATUS } from '@sotto/protocol';
import { jsonAsk } from './json-ask.ts';
import type { PaidAsker } from './pay-work.ts';
import { isBusy, type Reply } from './reply.ts';

/**
 * Stop 6 of a message's way: put sealed bytes into somebody's mailbox at the relay (reference:
 * signal-service §4.1), on the connection that does not say who we are. A contact is addressed with
 * the access key that it gave us; a stranger with proof of work, which leads to the request queue.
 */
export async function deliver(
  asker: PaidAsker,
  delivery: Delivery,
  toil: Toil | undefined,
): Promise<DeliverOutcome> {
  const aci = aciOf(delivery.to);
  const body = formatMessageList({
    messages: delivery.messages.map(({ device, registrationId, bytes }) => ({
      type: ENVELOPE_TYPE.sealed,
      destinationDeviceId: device,
      destinationRegistrationId: registrationId,
      content: bytes,
    })),
    timestamp: delivery.timestamp,
    online: delivery.fleeting ?? false,
    urgent: delivery.urgent,
  });
  const put = jsonAsk('PUT', PATH.messagesTo(formatAci(aci)), body);
  observe('carry', 'before');
  const answer = await asker.ask({ access: delivery.access, toil }, 'request', aci, put);
  observe('carry', 'after');
  return outcomeOf(answer, delivery.access.kind === 'contact');
}

function outcomeOf(reply: Reply, contact: boolean): DeliverOutcome {
  if (reply.outcome !== 'answered') return { outcome: 'unreachable' };
  const { status, retryAfter } = reply;
  if (status >= 200 && status < 300) return { outcome: 'stored' };
  if (status === STATUS.mismatchedDevices || status === STATUS.staleDevices) {
    return { outcome: 'devices-changed' };
  }
  // To a stranger "write as a stranger" would be no news: its work was refused twice.
  if (status === 401 && contact) return { outcome: 'not-authorized' };
  if (status === 404) return { outcome: 'unknown-account' };
  if (isBusy(status)) return { outcome: 'busy', retryAfter };
  return { outcome: 'rejected', status };
}
