import { z } from 'zod';
import { list, serviceId } from './codecs.ts';
import { MAX_RECIPIENTS } from './constants.ts';
import type { MismatchedDevices, StaleDevices } from './message-bodies.ts';
import { mismatchedDevices, staleDevices } from './parts.ts';
import { decodeBody, encodeBody } from './schema.ts';
import type { ServiceId } from './service-id.ts';

/**
 * JSON replies to a multi-recipient send (reference: signal-service §4.2). The message itself is binary, and
 * libsignal's `SealedSenderMultiRecipientMessage` takes it apart for each recipient.
 */

/** Body of a 200. */
export interface SendMultiRecipientResponse {
  /** Recipients that are not registered. */
  readonly uuids404: readonly ServiceId[];
}

/** An entry of a 409. */
export interface AccountMismatchedDevices {
  readonly uuid: ServiceId;
  readonly devices: MismatchedDevices;
}

/** An entry of a 410. */
export interface AccountStaleDevices {
  readonly uuid: ServiceId;
  readonly devices: StaleDevices;
}

const response = z.object({ uuids404: list(serviceId, MAX_RECIPIENTS).default([]) });
const mismatched = list(z.object({ uuid: serviceId, devices: mismatchedDevices }), MAX_RECIPIENTS);
const stale = list(z.object({ uuid: serviceId, devices: staleDevices }), MAX_RECIPIENTS);

export function parseSendMultiRecipientResponse(value: unknown): SendMultiRecipientResponse {
  return decodeBody(response, value);
}

export function formatSendMultiRecipientResponse(body: SendMultiRecipientResponse): unknown {
  return encodeBody(response, body);
}

export function parseAccountMismatchedDevices(value: unknown): readonly AccountMismatchedDevices[] {
  return decodeBody(mismatched, value);
}

export function formatAccountMismatchedDevices(accounts: readonly AccountMismatchedDevices[]): unknown {
  return encodeBody(mismatched, accounts);
}

export function parseAccountStaleDevices(value: unknown): readonly AccountStaleDevices[] {
  return decodeBody(stale, value);
}

export function formatAccountStaleDevices(accounts: readonly AccountStaleDevices[]): unknown {
  return encodeBody(stale, accounts);
}
