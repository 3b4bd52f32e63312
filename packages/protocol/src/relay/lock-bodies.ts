import { z } from 'zod';
import type { ServiceCredentials } from './credential-bodies.ts';
import { serviceCredentials } from './parts.ts';
import { decodeBody, encodeBody, milliseconds } from './schema.ts';

/** Bodies about the registration lock, which guards a number after it is known (reference: signal-service §2.2, §2.5). */

/** `PUT /v1/accounts/registration_lock`. */
export interface RegistrationLock {
  /** 64 hexadecimal digits; of them as text, the server keeps a salted hash. */
  readonly registrationLock: string;
}

/** Body of a 423. */
export interface RegistrationLockFailure {
  /** Milliseconds until the lock lapses. */
  readonly timeRemaining: number;
  /** Where the lock can be recovered by a PIN; absent at a server without that. */
  readonly svr2Credentials?: ServiceCredentials;
}

const lock = z.object({ registrationLock: z.string().regex(/^[0-9a-fA-F]{64}$/) });

const failure = z.object({
  timeRemaining: milliseconds,
  svr2Credentials: z.exactOptional(serviceCredentials),
});

export function parseRegistrationLock(value: unknown): RegistrationLock {
  return decodeBody(lock, value);
}

export function formatRegistrationLock(body: RegistrationLock): unknown {
  return encodeBody(lock, body);
}

export function parseRegistrationLockFailure(value: unknown): RegistrationLockFailure {
  return decodeBody(failure, value);
}

/** Absent credentials are written as `null`. */
export function formatRegistrationLockFailure(body: RegistrationLockFailure): unknown {
  return { svr2Credentials: null, ...encodeBody(failure, body) };
}
