import { z } from 'zod';
import { LocalApiError } from './errors.ts';
import { LOCAL_API_VERSION } from './limits.ts';

/**
 * A page is let in by its first line, before anything of the local API. It shows the secret of the link that
 * the program printed, once, and from then on the session that it was given for it. The answer is one
 * line with the session, or one error frame and the end. With the session goes a proof that only the
 * program that gave it can repeat: once it has ended, its address may be anybody's.
 */
const version = z.literal(LOCAL_API_VERSION);
const token = z.string().min(16).max(128);

const hello = z.union([
  z.strictObject({ v: version, hello: z.strictObject({ secret: token }) }),
  z.strictObject({ v: version, hello: z.strictObject({ session: token }) }),
]);
const admitted = z.object({ v: version, admitted: z.object({ session: token, proof: token }) });

/** What a page shows at the door: the secret of its link, or the session that it has. */
export type Hello = { readonly secret: string } | { readonly session: string };

/** What the program answers to a page that it lets in. */
export interface Admitted {
  readonly session: string;
  /** Always the same for one session. */
  readonly proof: string;
}

/** Longest first line, in bytes. */
export const MAX_HELLO_BYTES = 512;

export function encodeHello(shown: Hello): string {
  return JSON.stringify({ v: LOCAL_API_VERSION, hello: shown });
}

/** Undefined for anything else: whoever is not let in learns no more than that. */
export function parseHello(line: string): Hello | undefined {
  if (line.length > MAX_HELLO_BYTES) return undefined;
  const parsed = hello.safeParse(readJson(line));
  return parsed.success ? parsed.data.hello : undefined;
}

export function encodeAdmitted({ session, proof }: Admitted): string {
  return JSON.stringify({ v: LOCAL_API_VERSION, admitted: { session, proof } });
}

/** The last line to somebody who is not let in. */
export function encodeNotAdmitted(): string {
  const { code, message, hint } = notAdmitted();
  return JSON.stringify({ v: LOCAL_API_VERSION, id: null, error: { code, message, hint } });
}

/** `proof` is that of the first time, for a page that comes back. Throws LocalApiError `not-admitted`. */
export function parseAdmitted(line: string, proof?: string): Admitted {
  const parsed = admitted.safeParse(readJson(line));
  if (!parsed.success) throw notAdmitted();
  if (proof !== undefined && parsed.data.admitted.proof !== proof) throw notAdmitted();
  return parsed.data.admitted;
}

function notAdmitted(): LocalApiError {
  return new LocalApiError('not-admitted', 'this page is not let in', 'open the link that Sotto printed');
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
