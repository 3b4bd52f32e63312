import type { Bytes } from '@sotto/bytes';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { MIN_SECRET_BYTES, TOKEN_LIFETIME } from '../constants.ts';
import { BlobsError } from '../errors.ts';

/** What a token lets its holder do: upload one blob. */
export interface UploadGrant {
  /** Within the collection that the tokens are for. */
  readonly key: string;
  /** Bytes. */
  readonly maxLength: number;
}

export type VerifyOutcome =
  | { readonly outcome: 'granted'; readonly grant: UploadGrant }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'refused' };

/** The claims of Signal's own tokens for CDN 3, and an end (reference: signal-service §8). */
const claims = z.object({
  sub: z.string().min(1).max(256),
  maxLen: z.int().min(0),
  scope: z.literal('write'),
});

/**
 * Tokens that say who may upload what: JWT (RFC 7519) with HMAC-SHA256. They are made and read by the same relay, which
 * keeps no list of them. Throws BlobsError `bad-settings` for a short secret.
 */
export class UploadTokens {
  readonly #secret: Uint8Array;
  readonly #audience: string;

  constructor({ secret, audience }: { readonly secret: Bytes; readonly audience: string }) {
    if (secret.length < MIN_SECRET_BYTES)
      throw new BlobsError('bad-settings', 'the secret for tokens is too short');
    this.#secret = secret;
    this.#audience = audience;
  }

  /** `now` is milliseconds. */
  async sign({ key, maxLength }: UploadGrant, now: number): Promise<string> {
    return await new SignJWT({ maxLen: maxLength, scope: 'write' })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(this.#audience)
      .setSubject(key)
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor((now + TOKEN_LIFETIME) / 1000))
      .sign(this.#secret);
  }

  /** Compares in constant time: WebCrypto's HMAC does. */
  async verify(token: string, now: number): Promise<VerifyOutcome> {
    try {
      const { payload } = await jwtVerify(token, this.#secret, {
        algorithms: ['HS256'],
        audience: this.#audience,
        currentDate: new Date(now),
        requiredClaims: ['exp', 'iat'],
      });
      const parsed = claims.safeParse(payload);
      if (!parsed.success) return { outcome: 'refused' };
      return { outcome: 'granted', grant: { key: parsed.data.sub, maxLength: parsed.data.maxLen } };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { outcome: 'expired' };
      if (error instanceof errors.JOSEError) return { outcome: 'refused' };
      throw error;
    }
  }
}
