import { asBytes, type Bytes } from '@sotto/bytes';
import {
  decodeEnvelope,
  encodeEnvelope,
  formatJson,
  formatPreKeyResponse,
  PATH,
  type PreKeyResponse,
  parseJson,
  parseMessageList,
  parsePreKeyResponse,
  type RelayEnvelope,
  type RequestFrame,
  type ResponseFrame,
} from '@sotto/protocol';

/** Which frame is which, and how to change what is inside. */

const is = (verb: string, path: string) => (ask: RequestFrame) =>
  ask.verb === verb && ask.path.startsWith(path);

export const isSend = is('PUT', '/v1/messages/');
export const isKeys = is('GET', '/v2/keys/');
export const isKeyCount = is('GET', '/v2/keys?');
export const isKeyUpload = is('PUT', '/v2/keys?');
export const isRecord = is('GET', `${PATH.record}/`);
export const isRecordUpload = is('PUT', PATH.record);
export const isInfo = is('GET', PATH.relayInfo);
export const isMail = is('PUT', PATH.message);
export const isQueueEmpty = is('PUT', PATH.queueEmpty);

export const json = (value: unknown): Partial<ResponseFrame> => ({ body: formatJson(value) });

/** Devices that a send is for, as its body names them. */
export const devicesOf = (ask: RequestFrame): readonly number[] =>
  parseMessageList(parseJson(ask.body ?? new Uint8Array(0))).messages.map((each) => each.destinationDeviceId);

/** The keys in an answer, changed. */
export function withKeys(
  answer: ResponseFrame,
  change: (keys: PreKeyResponse) => PreKeyResponse,
): Partial<ResponseFrame> | undefined {
  if (answer.status !== 200 || answer.body === undefined) return undefined;
  return json(formatPreKeyResponse(change(parsePreKeyResponse(parseJson(answer.body)))));
}

/** Mail, changed; what is no mail goes by. */
export function withEnvelope(
  push: RequestFrame,
  change: (envelope: RelayEnvelope) => readonly RelayEnvelope[],
): readonly RequestFrame[] | undefined {
  if (!isMail(push) || push.body === undefined) return undefined;
  const [first, ...more] = change(decodeEnvelope(push.body));
  // What is pushed besides has an ID of its own, far from those of the relay.
  const extra = more.map((each, index) => ({
    ...push,
    id: 1_000_000n + BigInt(index),
    body: encodeEnvelope(each),
  }));
  return first === undefined ? extra : [...extra, { ...push, body: encodeEnvelope(first) }];
}

/** One bit of it is another. */
export function flipped(bytes: Bytes, at = bytes.length >> 1): Bytes {
  const other = asBytes(bytes.slice());
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}
