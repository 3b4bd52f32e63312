import { setTimeout as sleep } from 'node:timers/promises';

export type PostOutcome =
  | { readonly outcome: 'answered'; readonly status: number; readonly body: string }
  | { readonly outcome: 'unreachable' };

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** All tries and pauses together are shorter than a stopping relay waits (DRAIN_TIMEOUT). Milliseconds. */
const TRIES = 2;
const TRY_TIMEOUT = 3_000;
const PAUSE = 250;

/** Services answer with some hundred bytes. */
const MAX_ANSWER = 64 * 1024;

/**
 * Post to a service of the operator's choice. Tried twice when nobody answers, or the service fails. Redirects are not
 * followed: what is posted is for one server only. TLS is verified. Never rejects.
 */
export async function post(request: Post): Promise<PostOutcome> {
  for (let tries = 1; ; tries++) {
    const answered = await tryOnce(request);
    const failed = answered.outcome === 'unreachable' || answered.status >= 500;
    if (!failed || tries === TRIES) return answered;
    await sleep(PAUSE);
  }
}

async function tryOnce({ url, headers, body }: Post): Promise<PostOutcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TRY_TIMEOUT),
    });
    return { outcome: 'answered', status: response.status, body: await readAnswer(response) };
  } catch {
    return { outcome: 'unreachable' };
  }
}

/** As much as an honest answer has. */
async function readAnswer({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    length += part.length;
    if (length > MAX_ANSWER) break;
  }
  return Buffer.concat(parts).subarray(0, MAX_ANSWER).toString('utf8');
}
