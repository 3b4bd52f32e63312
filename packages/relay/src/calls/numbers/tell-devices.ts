import { randomBytes } from '@sotto/crypto';
import { type EnvelopeType, encodeEnvelope, type IncomingMessage, SERVER_GUID_BYTES } from '@sotto/protocol';
import { RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Caller, type Reply, retryReply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { rosterOf } from '../messages/roster.ts';

/**
 * Leave for each other device of an account what its primary has for it, the private half of the number's new identity, with
 * the PNI that it has now. 429 when a queue is full; the change stands, and the client repeats it.
 */
export async function tellDevices(
  context: RelayContext,
  told: {
    readonly caller: Caller;
    readonly account: StoredAccount;
    readonly messages: readonly IncomingMessage[];
  },
): Promise<Reply | undefined> {
  const { caller, account, messages } = told;
  if (messages.length === 0) return undefined;
  const { aci, phone } = account;
  const now = context.now();
  const entries = messages.map(({ type, destinationDeviceId: device, content }) => {
    const id = randomBytes(SERVER_GUID_BYTES);
    const envelope = encodeEnvelope({
      type: type as EnvelopeType,
      clientTimestamp: now,
      serverTimestamp: now,
      guid: id,
      destination: aci,
      source: caller,
      urgent: true,
      content,
      ...(phone && { updatedPni: phone.pni }),
    });
    return { queue: { account: aci, device }, class: 'contact' as const, id, receivedAt: now, envelope };
  });
  const appended = await context.mailbox.append(entries, [rosterOf(account, 'aci')]);
  // A device was unlinked or linked since: the client repeats it, and is told which.
  if (appended.outcome === 'outdated') return busyReply(503);
  if (appended.outcome === 'full') {
    context.events.count('queue-full');
    return retryReply(RETRY_WHEN_FULL_SECONDS * 1000);
  }
  context.events.count('message-stored', entries.length);
  for (const { queue } of entries) context.connections.wake(queue);
  return undefined;
}
