import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64 } from './codecs.ts';
import { ONION_KEY_BYTES } from './constants.ts';
import { decodeBody, ecKey, encodeBody } from './schema.ts';

/** Bodies of the paths that Sotto adds under `/v1/sotto/` (spec: docs/spec/relay.md). */

/** Who may register: anybody who pays with work, holders of an invite, or these and whoever has a phone number. */
export type RegistrationMode = 'open' | 'invite' | 'phone';

/** `GET /v1/sotto/relay`: what a client must know before it registers or writes to a stranger. */
export interface RelayInfo {
  readonly registration: RegistrationMode;
  /** Public half of the relay's zkgroup parameters. */
  readonly zkPublicParams: Bytes;
  /** Leading zero bits a proof of work must show, by purpose. */
  readonly workBits: {
    readonly ticket: number;
    readonly keys: number;
    readonly request: number;
    /** For looking somebody up through the onion network, for a challenge, and to upload namelessly. Older relays have none of them. */
    readonly lookup?: number;
    readonly challenge?: number;
    readonly upload?: number;
  };
  readonly maxMessageBytes: number;
  readonly maxRecordBytes: number;
  /** Of an attachment's ciphertext; absent where there is no room for files. They lie at the relay's own origin. */
  readonly maxAttachmentBytes?: number;
  /** Root of the sender certificates that the relay issues to clients of other makes, 33 bytes. */
  readonly senderTrustRoot?: Bytes;
  /** X25519, 32 bytes: requests through the onion network are encrypted to it. */
  readonly onionKey?: Bytes;
  /** Public half of zkgroup's generic parameters, for call links. */
  readonly genericPublicParams?: Bytes;
}

/** `POST /v1/sotto/ticket`. */
export interface TicketResponse {
  readonly ticket: string;
}

/** More would be minutes of a desktop computer per message: no honest relay asks that. */
const MAX_WORK_BITS = 28;
const bits = z.int().min(0).max(MAX_WORK_BITS);

const relayInfo = z.object({
  registration: z.enum(['open', 'invite', 'phone']),
  zk_public_params: base64(1, 4_096),
  work_bits: z.object({
    ticket: bits,
    keys: bits,
    request: bits,
    lookup: z.exactOptional(bits),
    challenge: z.exactOptional(bits),
    upload: z.exactOptional(bits),
  }),
  max_message_bytes: z.int().min(1),
  max_record_bytes: z.int().min(1),
  max_attachment_bytes: z.exactOptional(z.int().min(1)),
  sender_trust_root: z.exactOptional(ecKey),
  onion_key: z.exactOptional(base64(ONION_KEY_BYTES, ONION_KEY_BYTES)),
  generic_public_params: z.exactOptional(base64(1, 4_096)),
});

const ticketResponse = z.object({ ticket: z.string().min(1).max(256) });

export function parseRelayInfo(value: unknown): RelayInfo {
  const body = decodeBody(relayInfo, value);
  return {
    registration: body.registration,
    zkPublicParams: body.zk_public_params,
    workBits: body.work_bits,
    maxMessageBytes: body.max_message_bytes,
    maxRecordBytes: body.max_record_bytes,
    ...(body.max_attachment_bytes && { maxAttachmentBytes: body.max_attachment_bytes }),
    ...(body.sender_trust_root && { senderTrustRoot: body.sender_trust_root }),
    ...(body.onion_key && { onionKey: body.onion_key }),
    ...(body.generic_public_params && { genericPublicParams: body.generic_public_params }),
  };
}

export function formatRelayInfo(info: RelayInfo): unknown {
  return encodeBody(relayInfo, {
    registration: info.registration,
    zk_public_params: info.zkPublicParams,
    work_bits: info.workBits,
    max_message_bytes: info.maxMessageBytes,
    max_record_bytes: info.maxRecordBytes,
    ...(info.maxAttachmentBytes && { max_attachment_bytes: info.maxAttachmentBytes }),
    ...(info.senderTrustRoot && { sender_trust_root: info.senderTrustRoot }),
    ...(info.onionKey && { onion_key: info.onionKey }),
    ...(info.genericPublicParams && { generic_public_params: info.genericPublicParams }),
  });
}

export function parseTicketResponse(value: unknown): TicketResponse {
  return decodeBody(ticketResponse, value);
}
