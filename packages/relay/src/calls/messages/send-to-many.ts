import {
  ENVELOPE_TYPE,
  formatAccountMismatchedDevices,
  formatAccountStaleDevices,
  formatSendMultiRecipientResponse,
  HEADER,
  MAX_MESSAGE_BYTES,
  MAX_RECIPIENTS,
  MAX_TIMESTAMP,
  MEDIA_TYPE,
  STATUS,
} from '@sotto/protocol';
import { MAX_FANOUT_BYTES } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { busyReply, type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { accountKey } from '../../limits/limit-key.ts';
import { overLimitOfAddress, overLimitOfAny } from '../../limits/over-limit.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { devicesAs, findAccountOf } from '../find-target.ts';
import { chargeBytes } from './charge-bytes.ts';
import { differenceOf } from './compare-devices.ts';
import { type Addressed, deliver } from './deliver.ts';
import { checkAccessOfMany, type ManyAccess, manyAccess } from './many-access.ts';
import { type ManyMessage, type ManyRecipient, readMany } from './read-many.ts';

/** A recipient who is registered. */
interface Found {
  readonly recipient: ManyRecipient;
  readonly account: StoredAccount;
}

/**
 * `PUT /v1/messages/multi_recipient?ts=&online=&urgent=&story=` (reference: signal-service §4.2): one sealed message to many
 * recipients, who are known here for as long as it takes to answer. All of them get it, or none does.
 */
export async function sendToMany(context: RelayContext, call: Call): Promise<Reply> {
  const { body, query, headers, from } = call;
  if (headers.get(HEADER.contentType) !== MEDIA_TYPE.multiRecipient) return reply(STATUS.mediaType);
  const timestamp = readTimestamp(query.get('ts') ?? '0');
  const message = timestamp === undefined ? undefined : readMany(body);
  if (timestamp === undefined || message === undefined) return reply(400);
  const { recipients, size } = message;
  if (recipients.length > MAX_RECIPIENTS || size > MAX_MESSAGE_BYTES) return reply(STATUS.tooLarge);
  const refusal = overLimitOfAddress(context, 'recipients', from, recipients.length);
  if (refusal !== undefined) return refusal;

  const access = manyAccess(context, headers, { recipients, isStory: query.get('story') === 'true' });
  if ('status' in access) return access;
  // Nothing is shown for a story: what it is answered must not join a number's own identity to an account.
  const named = access.outcome === 'story' ? recipients.filter(({ id }) => id.kind === 'aci') : recipients;
  const found = await findAll(context, named);
  const closed = refuseClosed(access, recipients, found);
  if (closed !== undefined) return closed;
  const refused = refuse(context, found, message, access);
  if (refused !== undefined) return refused;

  const addressed = found.map(toAddressed);
  const terms = {
    mailClass: access.outcome === 'story' ? 'story' : 'contact',
    timestamp,
    online: query.get('online') === 'true',
    urgent: query.get('urgent') !== 'false',
  } as const;
  const { mailClass } = terms;
  const unkept = await chargeBytes(context, { addressed, mailClass }, async () => {
    const delivered = await deliver(context, addressed, terms);
    if (delivered.outcome === 'full') return delivered.reply;
    return delivered.outcome === 'outdated' ? whatHasChanged(context, access, named) : undefined;
  });
  return unkept ?? jsonReply(answerTo(access, recipients, found));
}

/** The answer to a send that a change of somebody's devices has overtaken; another try where they are as they were. */
async function whatHasChanged(
  context: RelayContext,
  access: ManyAccess,
  recipients: readonly ManyRecipient[],
): Promise<Reply> {
  const found = await findAll(context, recipients);
  return refuseClosed(access, recipients, found) ?? differenceReply(found) ?? busyReply(503);
}

function refuseClosed(
  access: ManyAccess,
  recipients: readonly ManyRecipient[],
  found: readonly Found[],
): Reply | undefined {
  return checkAccessOfMany(
    access,
    recipients,
    found.map(({ account }) => account),
  );
}

function readTimestamp(text: string): number | undefined {
  return /^[0-9]{1,16}$/.test(text) && Number(text) <= MAX_TIMESTAMP ? Number(text) : undefined;
}

async function findAll(
  context: RelayContext,
  recipients: readonly ManyRecipient[],
): Promise<readonly Found[]> {
  const found: Found[] = [];
  // One after the other: most are in memory, and none may hold up the rest of the relay.
  for (const recipient of recipients) {
    const account = await findAccountOf(context, recipient.id);
    if (account !== undefined) found.push({ recipient, account });
  }
  return found;
}

/** What stands against it once it is known who the recipients are. Missing and extra devices are told before stale ones. */
function refuse(
  context: RelayContext,
  found: readonly Found[],
  { size }: ManyMessage,
  access: ManyAccess,
): Reply | undefined {
  const copies = found.reduce((sum, { recipient }) => sum + recipient.devices.length, 0);
  if (copies * size > MAX_FANOUT_BYTES) return reply(STATUS.tooLarge);
  if (access.outcome === 'story') {
    const stories = found.map(({ account }) => [accountKey(account), 1] as const);
    const tooMany = overLimitOfAny(context, 'stories', stories);
    if (tooMany !== undefined) return tooMany;
  }
  return differenceReply(found);
}

function differenceReply(found: readonly Found[]): Reply | undefined {
  const all = found.map(({ recipient: { id, devices }, account }) => ({
    uuid: id,
    devices: differenceOf(devicesAs(account, id.kind), devices),
  }));
  const mismatched = all.filter(
    ({ devices }) => devices.missingDevices.length > 0 || devices.extraDevices.length > 0,
  );
  if (mismatched.length > 0) {
    return jsonReply(formatAccountMismatchedDevices(mismatched), STATUS.mismatchedDevices);
  }
  const stale = all.filter(({ devices }) => devices.staleDevices.length > 0);
  return stale.length > 0 ? jsonReply(formatAccountStaleDevices(stale), STATUS.staleDevices) : undefined;
}

function toAddressed({ recipient, account }: Found): Addressed {
  const content = recipient.content();
  const copies = recipient.devices.map(({ destinationDeviceId: device }) => ({
    type: ENVELOPE_TYPE.sealed,
    device,
    content,
  }));
  return { account, kind: recipient.id.kind, copies };
}

/** Of a story it is not told who is not here. */
function answerTo(
  access: ManyAccess,
  recipients: readonly ManyRecipient[],
  found: readonly Found[],
): unknown {
  const here = new Set(found.map(({ recipient }) => recipient));
  const absent = recipients.filter((recipient) => access.outcome !== 'story' && !here.has(recipient));
  return formatSendMultiRecipientResponse({ uuids404: absent.map(({ id }) => id) });
}
