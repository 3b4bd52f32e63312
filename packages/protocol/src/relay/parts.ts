import { z } from 'zod';
import { base64, base64Url, list, named } from './codecs.ts';
import { MAX_DEVICE_ID, MAX_DEVICE_NAME_BYTES, MAX_FRAME_BYTES, USERNAME_HASH_BYTES } from './constants.ts';
import { deviceId, registrationId } from './schema.ts';

/** Objects that several bodies have in common. Internal: schemas do not leave this package. */

/** Signal's clients have about a dozen, with names of one word. */
const MAX_CAPABILITIES = 64;

/** Tokens of Apple and Google have a few hundred letters, and no length that they promise. */
export const MAX_PUSH_TOKEN_LENGTH = 4_096;

export const capabilities = named((value) => typeof value === 'boolean', MAX_CAPABILITIES);

/** What a device says of itself, when it registers and when it is linked (§2.3). */
export const deviceAttributes = z.object({
  fetchesMessages: z.boolean().default(false),
  registrationId,
  pniRegistrationId: z.exactOptional(registrationId),
  name: z.exactOptional(base64(0, MAX_DEVICE_NAME_BYTES)),
});

const pushToken = z.string().min(1).max(MAX_PUSH_TOKEN_LENGTH);
export const apnToken = z.object({ apnRegistrationId: pushToken });
export const gcmToken = z.object({ gcmRegistrationId: pushToken });

/** Number of a verification session, in base64url. */
export const sessionId = z.string().max(1_024);

export const usernameHash = base64Url(USERNAME_HASH_BYTES, USERNAME_HASH_BYTES);

/** One device's copy of a message (§4.1). */
export const incomingMessage = z.object({
  type: z.int().min(0).max(255),
  destinationDeviceId: deviceId,
  destinationRegistrationId: z.int().min(0).max(0xffff_ffff),
  content: base64(1, MAX_FRAME_BYTES),
});

const devices = list(deviceId, MAX_DEVICE_ID).default([]);
export const mismatchedDevices = z.object({ missingDevices: devices, extraDevices: devices });
export const staleDevices = z.object({ staleDevices: devices });

/** What opens a service beside the relay (§2.5). */
export const serviceCredentials = z.object({
  username: z.string().min(1).max(256),
  password: z.string().min(1).max(1_024),
});
