import type { Secret } from '@sotto/bytes';
import { RelayError } from '../errors.ts';
import { isLoopback } from '../http/is-loopback.ts';
import type { CodeSender } from './code-sender.ts';
import { createLogSender } from './log-sender.ts';
import { createTwilioSender } from './twilio-sender.ts';
import { createWebhookSender } from './webhook-sender.ts';

/** How codes get to phones, as an operator says it. */
export type CodeSenderOptions =
  /** Written to the log, so only where nobody else can reach the relay, unless `beyondLoopback` insists. */
  | { readonly kind: 'log'; readonly beyondLoopback?: boolean }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: Secret }
  | {
      readonly kind: 'twilio';
      readonly service: string;
      /** `SK…:secret`. */
      readonly credentials: Secret;
      /** For tests. */
      readonly origin?: string;
    };

export interface Surroundings {
  /** The host that the relay listens on. */
  readonly host: string;
  readonly log: (line: string) => void;
  readonly now: () => number;
}

/** Printable and no spaces: it travels in a header. */
const SECRET = /^[\x21-\x7e]{16,512}$/;
const SERVICE = /^VA[0-9a-fA-F]{32}$/;
const CREDENTIALS = /^[A-Za-z0-9]{1,64}:[\x21-\x7e]{1,256}$/;

/** Throws RelayError `bad-code-sender`, whose words never hold a secret. */
export function createCodeSender(options: CodeSenderOptions, { host, log, now }: Surroundings): CodeSender {
  switch (options.kind) {
    case 'log':
      if (!isLoopback(host) && options.beyondLoopback !== true) {
        throw bad('the log may hold codes and numbers only on a relay that listens on loopback');
      }
      return createLogSender(log);
    case 'webhook':
      if (!isPrivate(options.url)) throw bad('codes go to an https URL, or to http on this machine');
      if (!SECRET.test(textOf(options.secret)))
        throw bad('the secret has 16 to 512 letters, digits or signs');
      return createWebhookSender({ url: options.url, secret: options.secret, now });
    case 'twilio':
      if (!SERVICE.test(options.service)) throw bad('a Verify service of Twilio is VA and 32 digits');
      if (!CREDENTIALS.test(textOf(options.credentials)))
        throw bad('the credentials of Twilio are SK…:secret');
      return createTwilioSender({
        service: options.service,
        credentials: options.credentials,
        ...(options.origin !== undefined && { origin: options.origin }),
      });
  }
}

/** Nobody on the way reads along. */
function isPrivate(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  // It would travel in a header of ours, and in the errors of others.
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')));
}

function textOf(secret: Secret): string {
  return new TextDecoder().decode(secret.expose());
}

function bad(message: string): RelayError {
  return new RelayError('bad-code-sender', message);
}
