import { asBytes, toBase64 } from '@sotto/bytes';
import {
  CHAT_API,
  type Decoded,
  HEADER,
  MEDIA_TYPE,
  PATH,
  ProtocolError,
  parseAccountMismatchedDevices,
  parseAccountStaleDevices,
  parseSendMultiRecipientResponse,
  STATUS,
} from '@sotto/protocol';
import type { Reply } from '../http/call.ts';
import { toLists } from './mismatched-devices.ts';
import { toServiceIdentifier } from './service-id.ts';
import { type Asked, forAnonymous, type GrpcMethod, jsonOf, one, only } from './unary.ts';

/** Messages to many recipients at once (reference: signal-service §4.2). */

const { sendMultiRecipientMessage, sendMultiRecipientStory } = CHAT_API.MessagesAnonymous.method;

export const GROUP_MESSAGES: readonly GrpcMethod[] = [
  forAnonymous(
    sendMultiRecipientMessage,
    ({ message, ephemeral, urgent, groupSendToken }) => {
      const asked = putMany(message, { online: ephemeral, urgent, story: false });
      return { ...asked, headers: { ...asked.headers, [HEADER.groupSendToken]: toBase64(groupSendToken) } };
    },
    {
      ok: (reply) => {
        const { uuids404 } = parseSendMultiRecipientResponse(jsonOf(reply));
        return one('success', { unresolvedRecipients: uuids404.map(toServiceIdentifier) });
      },
      401: only('failedUnidentifiedAuthorization'),
      [STATUS.mismatchedDevices]: mismatched,
      [STATUS.staleDevices]: mismatched,
    },
  ),
  forAnonymous(
    sendMultiRecipientStory,
    ({ message, urgent }) => putMany(message, { online: false, urgent, story: true }),
    {
      // Of a story it is not said who has no account.
      ok: only('success'),
      [STATUS.mismatchedDevices]: mismatched,
      [STATUS.staleDevices]: mismatched,
    },
  ),
];

type Message = Decoded<typeof sendMultiRecipientMessage.input>['message'];

function putMany(
  message: Message,
  terms: { readonly online: boolean; readonly urgent: boolean; readonly story: boolean },
): Asked & { readonly headers: Readonly<Record<string, string>> } {
  if (message === undefined) throw new ProtocolError('malformed', 'no message', 'message');
  const query = [['ts', message.timestamp], ...Object.entries(terms)].map(
    ([name, value]) => `${name}=${value}`,
  );
  return {
    verb: 'PUT',
    path: `${PATH.multiRecipient}?${query.join('&')}`,
    headers: { [HEADER.contentType]: MEDIA_TYPE.multiRecipient },
    body: asBytes(message.payload),
  };
}

function mismatched(reply: Reply) {
  const stale = reply.status === STATUS.staleDevices;
  const accounts = (stale ? parseAccountStaleDevices : parseAccountMismatchedDevices)(jsonOf(reply));
  const mismatchedDevices = accounts.map(({ uuid, devices }) => ({
    serviceIdentifier: toServiceIdentifier(uuid),
    ...toLists(devices),
  }));
  return one('mismatchedDevices', { mismatchedDevices });
}
