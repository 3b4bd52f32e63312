import type { Bytes } from '@sotto/bytes';
import { z } from 'zod';
import { base64OrArray, byDevice, list } from './codecs.ts';
import { MAX_DEVICE_ID, RECOVERY_PASSWORD_BYTES } from './constants.ts';
import type { IncomingMessage } from './message-bodies.ts';
import { incomingMessage, sessionId } from './parts.ts';
import {
  decodeBody,
  ecKey,
  ecSignedPreKey,
  encodeBody,
  kyberSignedPreKey,
  phoneNumber,
  registrationId,
  type WireSignedPreKey,
} from './schema.ts';

/** Body of the call that moves an account to another number (reference: signal-service §2.5). */

/** `PUT /v2/accounts/number`. Exactly one of session and recovery password is the relay's to check. */
export interface ChangeNumberRequest {
  readonly sessionId?: string;
  /** 32 bytes; empty counts as absent. */
  readonly recoveryPassword?: Bytes;
  /** E.164. */
  readonly number: string;
  /** The registration lock of the new number. */
  readonly reglock?: string;
  /** The new phone-number identity, 33 bytes. */
  readonly pniIdentityKey: Bytes;
  /** Its private half for each other device. */
  readonly deviceMessages: readonly IncomingMessage[];
  /** By device, this one among them. */
  readonly devicePniSignedPrekeys: ReadonlyMap<number, WireSignedPreKey>;
  readonly devicePniPqLastResortPrekeys: ReadonlyMap<number, WireSignedPreKey>;
  readonly pniRegistrationIds: ReadonlyMap<number, number>;
}

const changeNumber = z.object({
  sessionId: z.exactOptional(sessionId),
  recoveryPassword: z.exactOptional(base64OrArray(0, RECOVERY_PASSWORD_BYTES)),
  number: phoneNumber,
  reglock: z.exactOptional(z.string().max(64)),
  pniIdentityKey: ecKey,
  deviceMessages: list(incomingMessage, MAX_DEVICE_ID),
  devicePniSignedPrekeys: byDevice(ecSignedPreKey),
  devicePniPqLastResortPrekeys: byDevice(kyberSignedPreKey),
  pniRegistrationIds: byDevice(registrationId),
});

export function parseChangeNumberRequest(value: unknown): ChangeNumberRequest {
  return decodeBody(changeNumber, value);
}

export function formatChangeNumberRequest(request: ChangeNumberRequest): unknown {
  return encodeBody(changeNumber, request);
}
