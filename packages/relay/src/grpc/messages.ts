import { toBase64 } from '@sotto/bytes';
import { formatAci } from '@sotto/identity';
import {
  CHAT_API,
  ENVELOPE_TYPE,
  type EnvelopeType,
  type IndividualRecipientMessageBundle,
  PATH,
  ProtocolError,
  SendMessageType,
} from '@sotto/protocol';
import { accessHeaders } from './access-headers.ts';
import { challenge } from './challenge.ts';
import { devicesOfCaller, devicesOfDestination } from './mismatched-devices.ts';
import { toPathId } from './service-id.ts';
import { type Asked, forAnonymous, forDevices, type GrpcMethod, only } from './unary.ts';

/** Messages to one recipient (reference: signal-service §4.1; appendix, gRPC org.signal.chat.messages). */

const { sendMessage, sendSyncMessage } = CHAT_API.Messages.method;
const { sendSingleRecipientMessage, sendStory } = CHAT_API.MessagesAnonymous.method;

export const MESSAGES: readonly GrpcMethod[] = [
  forDevices(
    sendMessage,
    ({ destination, messages, ephemeral, urgent }, { aci }) => {
      const to = toPathId(destination);
      // It would be a sync, for which there is a method.
      if (to === formatAci(aci)) throw new ProtocolError('malformed', 'a message to oneself', 'destination');
      return putList(to, listOf(messages, IDENTIFIED, { online: ephemeral, urgent }));
    },
    { ok: only('success'), 404: only('destinationNotFound'), ...devicesOfDestination, ...challenge },
  ),
  forDevices(
    sendSyncMessage,
    ({ messages, urgent }, { aci }) =>
      putList(formatAci(aci), listOf(messages, IDENTIFIED, { online: false, urgent })),
    { ok: only('success'), ...devicesOfCaller },
  ),
  forAnonymous(
    sendSingleRecipientMessage,
    ({ destination, messages, ephemeral, urgent, authorization }) => ({
      ...putList(toPathId(destination), listOf(messages, SEALED, { online: ephemeral, urgent })),
      headers: accessHeaders(authorization),
    }),
    {
      ok: only('success'),
      401: only('failedUnidentifiedAuthorization'),
      404: only('destinationNotFound'),
      ...devicesOfDestination,
    },
  ),
  forAnonymous(
    sendStory,
    ({ destination, messages, urgent }) =>
      putList(`${toPathId(destination)}?story=true`, listOf(messages, SEALED, { online: false, urgent })),
    { ok: only('success'), ...devicesOfDestination },
  ),
];

type Types = ReadonlyMap<SendMessageType, EnvelopeType>;

const IDENTIFIED: Types = new Map([
  [SendMessageType.DOUBLE_RATCHET, ENVELOPE_TYPE.ciphertext],
  [SendMessageType.PREKEY_MESSAGE, ENVELOPE_TYPE.preKey],
  [SendMessageType.PLAINTEXT_CONTENT, ENVELOPE_TYPE.plaintext],
]);
const SEALED: Types = new Map([[SendMessageType.UNIDENTIFIED_SENDER, ENVELOPE_TYPE.sealed]]);

function putList(recipient: string, list: object): Asked {
  return { verb: 'PUT', path: PATH.messagesTo(recipient), body: list };
}

function listOf(
  bundle: IndividualRecipientMessageBundle | undefined,
  types: Types,
  terms: { readonly online: boolean; readonly urgent: boolean },
): object {
  if (bundle === undefined) throw new ProtocolError('malformed', 'no messages', 'messages');
  const messages = Object.entries(bundle.messages).map(([device, { type, registrationId, payload }]) => {
    const known = types.get(type);
    if (known === undefined) throw new ProtocolError('malformed', 'not a type of such a send', 'type');
    return {
      type: known,
      destinationDeviceId: Number(device),
      destinationRegistrationId: registrationId,
      content: toBase64(payload),
    };
  });
  return { messages, timestamp: Number(bundle.timestamp), ...terms };
}
