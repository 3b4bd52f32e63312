import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64, list } from './codecs.ts';
import { serviceCredentials } from './parts.ts';
import { decodeBody, encodeBody, seconds, uuid } from './schema.ts';

/** Bodies that hand out certificates and credentials (reference: signal-service §2.5, §5, §7.2, §10). */

/** `GET /v1/certificate/delivery`. */
export interface DeliveryCertificate {
  readonly certificate: Bytes;
}

/** `GET /v2/directory/auth`, `/v2/svr/auth`, `/v1/storage/auth` and `/v1/archives/auth/svrb`. */
export interface ServiceCredentials {
  readonly username: string;
  readonly password: string;
}

/** A zkgroup credential for one day. */
export interface DatedCredential {
  readonly credential: Bytes;
  /** Start of the day, seconds since 1970. */
  readonly redemptionTime: number;
}

/** `GET /v1/certificate/auth/group`. */
export interface GroupCredentials {
  readonly credentials: readonly DatedCredential[];
  readonly callLinkAuthCredentials: readonly DatedCredential[];
  /** UUID in text; absent without a number. */
  readonly pni?: string;
}

/** `POST /v1/call-link/create-auth`, answered with a DatedCredential. */
export interface CallLinkCredentialRequest {
  readonly createCallLinkCredentialRequest: Bytes;
}

/** The longest credential of zkgroup has 425 bytes today. */
const MAX_CREDENTIAL_BYTES = 2_048;

/** A window is at most seven days, both ends included (§7.2). */
const MAX_DAYS = 8;

const certificate = z.object({ certificate: base64(1, 4_096) });
const dated = z.object({ credential: base64(1, MAX_CREDENTIAL_BYTES), redemptionTime: seconds });

const groupCredentials = z.object({
  credentials: list(dated, MAX_DAYS),
  callLinkAuthCredentials: list(dated, MAX_DAYS),
  pni: z.exactOptional(uuid),
});

const callLinkRequest = z.object({ createCallLinkCredentialRequest: base64(1, MAX_CREDENTIAL_BYTES) });

export function parseDeliveryCertificate(value: unknown): DeliveryCertificate {
  return decodeBody(certificate, value);
}

export function formatDeliveryCertificate(body: DeliveryCertificate): unknown {
  return encodeBody(certificate, body);
}

export function parseServiceCredentials(value: unknown): ServiceCredentials {
  return decodeBody(serviceCredentials, value);
}

export function formatServiceCredentials(body: ServiceCredentials): unknown {
  return encodeBody(serviceCredentials, body);
}

export function parseGroupCredentials(value: unknown): GroupCredentials {
  return decodeBody(groupCredentials, value);
}

/** An absent PNI is written as `null`. */
export function formatGroupCredentials(body: GroupCredentials): unknown {
  return { pni: null, ...encodeBody(groupCredentials, body) };
}

export function parseCallLinkCredentialRequest(value: unknown): CallLinkCredentialRequest {
  return decodeBody(callLinkRequest, value);
}

export function formatCallLinkCredentialRequest(body: CallLinkCredentialRequest): unknown {
  return encodeBody(callLinkRequest, body);
}

export function parseDatedCredential(value: unknown): DatedCredential {
  return decodeBody(dated, value);
}

export function formatDatedCredential(body: DatedCredential): unknown {
  return encodeBody(dated, body);
}
