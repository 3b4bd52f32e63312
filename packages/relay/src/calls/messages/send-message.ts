import { type Bytes, equalBytes, fromHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import type { Stamp } from '@sotto/mailbox';
import {
  ENVELOPE_TYPE,
  type EnvelopeType,
  HEADER,
  type IncomingMessage,
  MAX_MESSAGE_BYTES,
  STATUS,
  toEnvelopeType,
} from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import type { CheckedWork } from '../../limits/spend-work.ts';
import { devicesAs, findTarget } from '../find-target.ts';
import { chargeBytes } from './charge-bytes.ts';
import { compareDevices } from './compare-devices.ts';
import { type Copy, deliver } from './deliver.ts';
import { readMessageList } from './read-message-list.ts';
import { type Access, decideAccess, NOTHING_TO_SYNC, refuseTooMany } from './send-access.ts';

/**
 * `PUT /v1/messages/{serviceId}` (reference: signal-service §4.1), stop "keep" of a message's way.
 *
 * On an authenticated socket the send is identified, or a sync to own devices, whatever other header it carries.
 * Anonymous ones show the access key or a group's token, or work for a place among the requests; a story shows nothing.
 * 200 is said after the envelopes are synced to disk.
 */
export async function sendMessage(context: RelayContext, call: Call): Promise<Reply> {
  const isStory = call.query.get('story') === 'true';
  if (call.headers.has(HEADER.groupSendToken) && (isStory || call.caller !== undefined)) return reply(400);
  const target = await findTarget(context, call.parameters[0] ?? '');
  const access = refuseTooMany(context, call, target) ?? decideAccess(context, call, target);
  if ('status' in access) return access;
  const list = readMessageList(call.body);
  const copies = toCopies(list.messages);
  if (copies === undefined) return reply(STATUS.unprocessable);

  const { account, kind, sender } = access;
  const different = refuseDifferent(access, list.messages);
  if (different !== undefined) return different;
  if (copies.some(({ content }) => content.length > MAX_MESSAGE_BYTES)) return reply(STATUS.tooLarge);
  const { mailClass, work } = access;
  const addressed = [{ account, kind, copies }];
  const refusal = await chargeBytes(context, { addressed, mailClass }, async () => {
    const stamp = work && toStamp(work, call.body);
    const delivered = await deliver(context, addressed, { ...list, ...access, ...(stamp && { stamp }) });
    if (delivered.outcome === 'full') return delivered.reply;
    if (delivered.outcome === 'spent') return reply(401);
    if (delivered.outcome === 'repeated') return NOTHING_TO_SYNC;
    return delivered.outcome === 'outdated' ? whatHasChanged(context, call, list.messages) : undefined;
  });
  if (refusal !== undefined) return refusal;
  const needsSync = sender !== undefined && !isOwn(access) && (await hasOthers(context, sender));
  return needsSync ? jsonReply({ needsSync }) : NOTHING_TO_SYNC;
}

/** 410 or 409 where the messages are not for the devices that there are. */
function refuseDifferent(access: Access, messages: readonly IncomingMessage[]): Reply | undefined {
  const { account, kind, sender } = access;
  const from = isOwn(access) ? sender?.device : undefined;
  const comparison = compareDevices(devicesAs(account, kind), messages, from);
  if (comparison.outcome === 'stale') {
    return jsonReply({ staleDevices: comparison.staleDevices }, STATUS.staleDevices);
  }
  if (comparison.outcome === 'mismatched') {
    const { missingDevices, extraDevices } = comparison;
    return jsonReply({ missingDevices, extraDevices }, STATUS.mismatchedDevices);
  }
  return undefined;
}

/** The answer to a send that a change of its recipient's devices has overtaken; another try where they are as they were. */
async function whatHasChanged(
  context: RelayContext,
  call: Call,
  messages: readonly IncomingMessage[],
): Promise<Reply> {
  const access = decideAccess(context, call, await findTarget(context, call.parameters[0] ?? ''));
  return 'status' in access ? access : (refuseDifferent(access, messages) ?? busyReply(503));
}

/** Good for this very request, also when it comes again because nobody heard the answer. */
function toStamp({ stamp, expiresAt }: CheckedWork, body: Bytes): Stamp {
  return { name: fromHex(stamp), use: sha256(body), until: expiresAt };
}

/** Undefined for a type that clients do not send, or two messages to one device. */
function toCopies(messages: readonly IncomingMessage[]): readonly Copy[] | undefined {
  const devices = new Set(messages.map(({ destinationDeviceId }) => destinationDeviceId));
  const copies = messages.flatMap(({ type, destinationDeviceId: device, content }) => {
    const sendable = sendableType(type);
    return sendable === undefined ? [] : [{ type: sendable, device, content }];
  });
  return devices.size < messages.length || copies.length < messages.length ? undefined : copies;
}

/** Clients send these; delivery receipts are the server's own. */
function sendableType(type: number): EnvelopeType | undefined {
  const known = toEnvelopeType(type);
  return known === ENVELOPE_TYPE.deliveryReceipt ? undefined : known;
}

/** A sync to the sender's own devices. */
function isOwn({ account, sender }: Access): boolean {
  return sender !== undefined && equalBytes(sender.aci, account.aci);
}

async function hasOthers({ store }: RelayContext, { aci }: Caller): Promise<boolean> {
  return ((await store.findAccount(aci))?.devices.length ?? 0) > 1;
}
