import { type Secret, toBase64 } from '@sotto/bytes';
import { z } from 'zod';
import { type CheckOutcome, type CodeSender, type SendOutcome, UNAVAILABLE } from './code-sender.ts';
import { post } from './post.ts';

export interface TwilioOptions {
  /** SID of a Verify service: `VA` and 32 hexadecimal digits. */
  readonly service: string;
  /** An API key and its secret, `SK…:secret`, as Basic credentials have them. */
  readonly credentials: Secret;
  /** Another server than Twilio's, for tests. */
  readonly origin?: string;
}

const ORIGIN = 'https://verify.twilio.com';

const verification = z.object({ sid: z.string().min(1).max(64) });
const verificationCheck = z.object({ status: z.string() });
const failure = z.object({ code: z.int() });

/**
 * Twilio Verify v2 (https://www.twilio.com/docs/verify/api): it makes the code, sends it in a language that it takes from the
 * number, and tells a right one from a wrong one. Twilio learns the number, and that it registers here.
 */
export function createTwilioSender({ service, credentials, origin = ORIGIN }: TwilioOptions): CodeSender {
  const base = `${origin}/v2/Services/${service}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${toBase64(credentials.expose())}`,
  };
  const ask = (resource: string, form: Readonly<Record<string, string>>) =>
    post({ url: `${base}/${resource}`, headers, body: new URLSearchParams(form).toString() });

  return {
    send: async ({ number, transport }) => {
      const channel = transport === 'voice' ? 'call' : 'sms';
      const answered = await ask('Verifications', { To: number, Channel: channel });
      if (answered.outcome !== 'answered') return UNAVAILABLE;
      if (!isSuccess(answered.status)) return refusalOf(answered.body);
      const sent = parse(verification, answered.body);
      return sent === undefined ? UNAVAILABLE : { outcome: 'sent', reference: sent.sid };
    },
    check: async ({ reference, code }) => {
      // Anything else is no code of theirs, and an error there.
      if (!/^[0-9]{4,10}$/.test(code)) return WRONG;
      const answered = await ask('VerificationCheck', { VerificationSid: reference, Code: code });
      if (answered.outcome !== 'answered') return { outcome: 'unavailable' };
      if (isSuccess(answered.status)) {
        return parse(verificationCheck, answered.body)?.status === 'approved' ? { outcome: 'right' } : WRONG;
      }
      // Over, used up or asked too often: no code is right any more.
      return OVER.has(answered.status) ? WRONG : { outcome: 'unavailable' };
    },
  };
}

const WRONG: CheckOutcome = { outcome: 'wrong' };
const OVER: ReadonlySet<number> = new Set([400, 404, 429]);

/** Codes of Twilio's errors (https://www.twilio.com/docs/api/errors). */
const TRANSPORT_REFUSED: ReadonlySet<number> = new Set([21408, 21612, 21614, 60205]);
const BAD_NUMBER: ReadonlySet<number> = new Set([21211, 60200]);
const REFUSED_FOR_NOW: ReadonlySet<number> = new Set([20429, 60202, 60203, 60212]);
/** Blocked: by the person, by the operator's settings for countries, or as fraud. */
const REFUSED: ReadonlySet<number> = new Set([21215, 21216, 21610, 30450, 60238, 60410, 60605]);

function refusalOf(body: string): SendOutcome {
  const code = parse(failure, body)?.code ?? 0;
  if (TRANSPORT_REFUSED.has(code)) return { outcome: 'transport-refused' };
  if (BAD_NUMBER.has(code)) return { outcome: 'not-sent', reason: 'illegalArgument', permanentFailure: true };
  if (REFUSED.has(code)) return { outcome: 'not-sent', reason: 'providerRejected', permanentFailure: true };
  if (REFUSED_FOR_NOW.has(code)) {
    return { outcome: 'not-sent', reason: 'providerRejected', permanentFailure: false };
  }
  return UNAVAILABLE;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parse<Value>(schema: z.ZodType<Value>, body: string): Value | undefined {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
