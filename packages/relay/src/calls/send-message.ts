import { equalBytes, observe, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { MailClass, MailEntry } from '@sotto/mailbox';
import {
  ENVELOPE_TYPE,
  type EnvelopeType,
  encodeEnvelope,
  HEADER,
  type IncomingMessage,
  type IncomingMessageList,
  MAX_MESSAGE_BYTES,
  parseJson,
  parseMessageList,
  SERVER_GUID_BYTES,
  STATUS,
  toEnvelopeType,
} from '@sotto/protocol';
import { RETRY_WHEN_FULL_SECONDS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply, retryReply } from '../http/call.ts';
import { type CheckedWork, checkWorkOf, spendWork } from '../limits/spend-work.ts';
import { accessHeaderOf, opensWith } from './access.ts';
import { compareDevices } from './compare-devices.ts';
import { addressOf, findTarget, registrationIdOf, type Target, tryParseServiceId } from './find-target.ts';

/**
 * `PUT /v1/messages/{serviceId}` (reference: signal-service §4.1), stop "keep" of a message's way.
 *
 * On an authenticated socket the send is identified, or a sync to own devices, whatever other header
 * it carries. Anonymous ones show the access key, or work for a place among the requests. 200 is
 * said after the envelopes are synced to disk.
 */
export async function sendMessage(context: RelayContext, call: Call): Promise<Reply> {
  if (call.query.get('story') === 'true') return reply(400);
  const access = await decideAccess(context, call);
  if ('status' in access) return access;
  const list = parseMessageList(parseJson(call.body));
  const types = list.messages.map(({ type }) => sendableType(type));
  const ids = new Set(list.messages.map(({ destinationDeviceId }) => destinationDeviceId));
  if (types.includes(undefined) || ids.size < list.messages.length) return reply(STATUS.unprocessable);

  const { account, kind, sender } = access;
  const isSync = sender !== undefined && equalBytes(sender.aci, account.aci);
  const devices = account.devices.map((one) => ({ id: one.id, registrationId: registrationIdOf(one, kind) }));
  const comparison = compareDevices(devices, list.messages, isSync ? sender.device : undefined);
  if (comparison.outcome === 'stale') {
    return jsonReply({ staleDevices: comparison.staleDevices }, STATUS.staleDevices);
  }
  if (comparison.outcome === 'mismatched') {
    const { missingDevices, extraDevices } = comparison;
    return jsonReply({ missingDevices, extraDevices }, STATUS.mismatchedDevices);
  }
  if (list.messages.some(({ content }) => content.length > MAX_MESSAGE_BYTES)) return reply(STATUS.tooLarge);

  if (access.work !== undefined) {
    const work = access.work;
    if (!(await context.store.write(() => spendWork(work)))) return reply(401);
  }
  return deliver(context, access, list);
}

interface Access extends Target {
  /** Absent for sealed sends. */
  readonly sender?: Caller;
  readonly mailClass: MailClass;
  /** To be spent when everything else is in order. */
  readonly work?: CheckedWork;
}

async function decideAccess(context: RelayContext, call: Call): Promise<Access | Reply> {
  const named = tryParseServiceId(call.parameters[0] ?? '');
  const target = await findTarget(context, named);
  const { caller } = call;
  if (caller !== undefined) {
    if (call.headers.has(HEADER.groupSendToken)) return reply(400);
    if (target === undefined) return reply(404);
    const { account, kind } = target;
    const isSync = equalBytes(caller.aci, account.aci);
    if (isSync && kind === 'pni') return reply(403);
    const permit = isSync
      ? undefined
      : context.limits.messages.take(`${toHex(caller.aci)}>${toHex(account.aci)}`, context.now());
    if (permit?.outcome === 'empty') {
      context.events.count('rate-limited');
      return retryReply(permit.retryAfter);
    }
    return { ...target, sender: caller, mailClass: 'contact' };
  }
  const header = accessHeaderOf(call.headers);
  if (call.headers.has(HEADER.groupSendToken)) return reply(header === 'absent' ? 401 : 400);
  // Who writes to a number says who they are.
  if (named?.kind !== 'aci') return reply(401);
  if (header !== 'absent') {
    if (target === undefined || !opensWith(target.account, header)) return reply(401);
    return { ...target, mailClass: 'contact' };
  }
  const work = checkWorkOf(context, call.headers, { purpose: 'request', target: named.uuid });
  if (work === undefined) return reply(401);
  if (target === undefined) return reply(404);
  return { ...target, mailClass: 'request', work };
}

/** Clients send these; delivery receipts are the server's own. */
function sendableType(type: number): EnvelopeType | undefined {
  const known = toEnvelopeType(type);
  return known === ENVELOPE_TYPE.deliveryReceipt ? undefined : known;
}

async function deliver(context: RelayContext, access: Access, list: IncomingMessageList): Promise<Reply> {
  const { account, sender, mailClass } = access;
  const entries = list.messages.map((message) => toEntry(context, access, list, message));
  if (list.online) {
    for (const { queue, envelope } of entries) context.connections.deliverOnce(queue, envelope);
  } else if (entries.length > 0) {
    observe('keep', 'before');
    const appended = await context.mailbox.append(entries);
    observe('keep', 'after');
    if (appended.outcome === 'full') {
      context.events.count('queue-full');
      return retryReply(RETRY_WHEN_FULL_SECONDS * 1000);
    }
    // A deletion that overtook this send has already emptied the queues.
    if ((await context.store.findAccount(account.aci)) === undefined)
      await context.mailbox.clear(account.aci);
    context.events.count(mailClass === 'request' ? 'request-stored' : 'message-stored', entries.length);
    for (const { queue } of entries) context.connections.wake(queue);
  }
  const others = sender === undefined ? undefined : (await context.store.findAccount(sender.aci))?.devices;
  const isSync = sender !== undefined && equalBytes(sender.aci, account.aci);
  return jsonReply({ needsSync: !isSync && (others?.length ?? 0) > 1 });
}

function toEntry(
  context: RelayContext,
  { account, kind, sender, mailClass }: Access,
  list: IncomingMessageList,
  message: IncomingMessage,
): MailEntry {
  const now = context.now();
  const id = randomBytes(SERVER_GUID_BYTES);
  const envelope = encodeEnvelope({
    type: message.type as EnvelopeType,
    clientTimestamp: list.timestamp === 0 ? now : list.timestamp,
    serverTimestamp: now,
    guid: id,
    destination: addressOf({ account, kind }),
    ...(sender && { source: sender }),
    urgent: list.urgent,
    content: message.content,
  });
  const queue = { account: account.aci, device: message.destinationDeviceId };
  return { queue, class: mailClass, id, receivedAt: now, envelope };
}
