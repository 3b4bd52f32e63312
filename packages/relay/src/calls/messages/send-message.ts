import { equalBytes, toHex } from '@sotto/bytes';
import type { MailClass } from '@sotto/mailbox';
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
import { overLimit, overLimitOfAccount } from '../../limits/over-limit.ts';
import { type CheckedWork, checkWorkOf, spendWork } from '../../limits/spend-work.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import type { KeyIdentity } from '../../store/pre-keys.ts';
import { anonymousAccess } from '../access.ts';
import { aciIn, devicesAs, findTarget, type Target } from '../find-target.ts';
import { challengeNewRecipients } from './challenge-new-recipients.ts';
import { chargeBytes } from './charge-bytes.ts';
import { compareDevices } from './compare-devices.ts';
import { type Copy, deliver } from './deliver.ts';
import { readMessageList } from './read-message-list.ts';

/**
 * `PUT /v1/messages/{serviceId}` (reference: signal-service §4.1), stop "keep" of a message's way.
 *
 * On an authenticated socket the send is identified, or a sync to own devices, whatever other header it carries.
 * Anonymous ones show the access key or a group's token, or work for a place among the requests; a story shows nothing.
 * 200 is said after the envelopes are synced to disk.
 */
export async function sendMessage(context: RelayContext, call: Call): Promise<Reply> {
  const access = await decideAccess(context, call);
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
    if (work !== undefined && !(await context.store.write(() => spendWork(work)))) return reply(401);
    const delivered = await deliver(context, addressed, { ...list, ...access });
    if (delivered.outcome === 'full') return delivered.reply;
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
  const access = await decideAccess(context, call);
  return 'status' in access ? access : (refuseDifferent(access, messages) ?? busyReply(503));
}

const NOTHING_TO_SYNC = jsonReply({ needsSync: false });

interface Access {
  readonly account: StoredAccount;
  /** By which of its names it is written to. */
  readonly kind: KeyIdentity;
  /** Absent for sealed sends and stories. */
  readonly sender?: Caller;
  readonly mailClass: MailClass;
  /** To be spent when everything else is in order. */
  readonly work?: CheckedWork;
}

async function decideAccess(context: RelayContext, call: Call): Promise<Access | Reply> {
  const { caller, headers } = call;
  const isStory = call.query.get('story') === 'true';
  if (headers.has(HEADER.groupSendToken) && (isStory || caller !== undefined)) return reply(400);
  const target = await findTarget(context, call.parameters[0] ?? '');
  const { id, account } = target;
  const kind = id?.kind ?? 'aci';
  if (isStory) return storyAccess(context, target);
  if (caller !== undefined) return identifiedAccess(context, call, caller, target);

  const access = anonymousAccess(context, headers, target);
  if (access.outcome === 'refused') return access.reply;
  if (access.outcome === 'granted') return { account: access.account, kind, mailClass: 'contact' };
  const aci = id && aciIn(id);
  const work = aci && checkWorkOf(context, headers, { purpose: 'request', target: aci });
  if (work === undefined) return reply(401);
  if (account === undefined) return reply(404);
  return { account, kind, mailClass: 'request', work };
}

/**
 * Nobody has to show anything here, so a story to who is not here, or to a number's own identity, is taken and goes nowhere
 * (Signal-Server, MessageController): its 409 and 410 would tell whose number that is.
 */
function storyAccess(context: RelayContext, { id, account }: Target): Access | Reply {
  if (id?.kind !== 'aci' || account === undefined) return NOTHING_TO_SYNC;
  return overLimitOfAccount(context, 'stories', account) ?? { account, kind: 'aci', mailClass: 'story' };
}

/** Limits are by the name that is written to, and asked first: the answer tells who is here. */
function identifiedAccess(
  context: RelayContext,
  { headers }: Call,
  caller: Caller,
  { id, account }: Target,
): Access | Reply {
  if (id === undefined) return reply(404);
  const { kind, uuid } = id;
  const [sender, recipient] = [toHex(caller.aci), `${kind}.${toHex(uuid)}`];
  const isSync = kind === 'aci' && equalBytes(caller.aci, uuid);
  const refusal = isSync
    ? undefined
    : (overLimit(context, 'messages', `${sender}>${recipient}`) ??
      challengeNewRecipients(context, headers, { sender, recipient }));
  if (refusal !== undefined) return refusal;
  if (account === undefined) return reply(404);
  // A number's own identity is for others to write to.
  if (!isSync && equalBytes(caller.aci, account.aci)) return reply(403);
  return { account, kind, sender: caller, mailClass: 'contact' };
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
