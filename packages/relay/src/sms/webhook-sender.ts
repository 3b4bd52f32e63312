import { type Secret, toHex, utf8 } from '@sotto/bytes';
import { hmacSha256, randomBytes } from '@sotto/crypto';
import { STATUS } from '@sotto/protocol';
import { type CodeSender, type SendOutcome, UNAVAILABLE } from './code-sender.ts';
import { post } from './post.ts';

export interface WebhookOptions {
  /** https, or http to loopback. */
  readonly url: string;
  /** Text that the other side knows too. */
  readonly secret: Secret;
  readonly now: () => number;
}

/**
 * Hands each code to a program of the operator's: `{number, code, transport, language}` as JSON (docs/run-a-relay.md). The
 * secret goes along as a bearer token, and signs body and time, for receivers that would rather check that.
 */
export function createWebhookSender({ url, secret, now }: WebhookOptions): CodeSender {
  const token = new TextDecoder().decode(secret.expose());
  return {
    send: async ({ number, code, transport, language = null }) => {
      const body = JSON.stringify({ number, code, transport, language });
      const time = Math.floor(now() / 1000);
      const signature = toHex(hmacSha256(secret.expose(), utf8(`${time}.${body}`)));
      const answered = await post({
        url,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'sotto-signature': `t=${time},v1=${signature}`,
          // The same at a second try, so that nobody gets two messages.
          'idempotency-key': toHex(randomBytes(16)),
        },
        body,
      });
      return answered.outcome === 'answered' ? outcomeOf(answered.status) : UNAVAILABLE;
    },
  };
}

function outcomeOf(status: number): SendOutcome {
  if (status >= 200 && status < 300) return { outcome: 'sent' };
  if (status === STATUS.transportRefused) return { outcome: 'transport-refused' };
  if (status === 400 || status === STATUS.unprocessable) {
    return { outcome: 'not-sent', reason: 'illegalArgument', permanentFailure: true };
  }
  if (status === STATUS.forbidden) {
    return { outcome: 'not-sent', reason: 'providerRejected', permanentFailure: true };
  }
  if (status === STATUS.tooMany) {
    return { outcome: 'not-sent', reason: 'providerRejected', permanentFailure: false };
  }
  return UNAVAILABLE;
}
