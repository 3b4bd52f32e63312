import { BytesError, fromHex } from '@sotto/bytes';
import { z } from 'zod';
import { NO_SWARM } from './constants.ts';
import { isMessageHash } from './message-hash.ts';

/** The pieces that replies are made of. Internal to this package; for reading only. */

/** `length` bytes in hexadecimal of either case. */
export function hex(length: number) {
  return z.string().transform((text, context) => {
    try {
      if (text.length === length * 2) return fromHex(text);
    } catch (error) {
      if (!(error instanceof BytesError)) throw error;
    }
    context.issues.push({ code: 'custom', input: text, message: 'hexadecimal of the wrong form or length' });
    return z.NEVER;
  });
}

/** Up to 16 hexadecimal digits without padding. */
export const swarmId = z
  .string()
  .regex(/^[0-9a-fA-F]{1,16}$/)
  .transform((text) => BigInt(`0x${text}`))
  .refine((id) => id <= NO_SWARM);

export const messageHash = z.string().refine(isMessageHash);
export const port = z.int().min(0).max(0xffff);
export const ipv4 = z.string().regex(/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/);
