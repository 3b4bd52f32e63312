import { Broken } from '../target.ts';

/** One answer of the relay's, whatever it came by. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Latin-1. */
  readonly body: string;
}

/** Refusals that say why, in JSON; some of them only of some calls (reference: signal-service §2, §4.1). */
const SAYS_WHY: ReadonlySet<number> = new Set([403, 404, 409, 410, 411, 418, 423, 428, 429, 440]);
/** All others have no body (docs/spec/relay.md). */
const SAYS_NOTHING: ReadonlySet<number> = new Set([
  304, 400, 401, 402, 405, 406, 408, 412, 413, 415, 416, 422, 431, 441, 499, 503, 507, 508,
]);
const TAKEN: ReadonlySet<number> = new Set([101, 200, 201, 202, 204, 206]);

/** Of files each refusal has a sentence (docs/spec/blobs.md), and what cannot be opened of the onion network has two words. */
const SENTENCE = /^[a-z][^\n]{1,200}\n$/;
const UNREADABLE = 'Invalid ciphertext';

/** Throws for an answer that no call has: another status, a body where none is, one that is not JSON where it should be. */
export function mustBeAnswer({ status, headers, body }: Answer): void {
  if (TAKEN.has(status)) return;
  const why = SAYS_WHY.has(status);
  if (!why && !SAYS_NOTHING.has(status)) throw new Broken(`the relay answers ${status}`);
  if (body === '' || (status === 400 && body === UNREADABLE)) return;
  const type = headers.get('content-type');
  if (type?.startsWith('text/plain') === true && SENTENCE.test(body)) return;
  if (!why) throw new Broken(`${status} with a body`);
  if (type !== 'application/json' || !isObject(body)) {
    throw new Broken(`${status} with a body that is no JSON`);
  }
}

function isObject(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** All that was said on a connection: answers of HTTP/1.1, each whole, and nothing between or behind them. */
export function readAnswers(said: string): readonly Answer[] {
  const answers: Answer[] = [];
  for (let rest = said; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [first = '', ...lines] = rest.slice(0, Math.max(end, 0)).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1] ?? 0);
    if (end < 0 || status === 0) throw new Broken('the relay says what is no answer');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const start = end + 4;
    // What follows an upgrade is frames.
    if (status === 101) return [...answers, { status, headers, body: '' }];
    const { body, length } = bodyOf(rest.slice(start), status, headers);
    if (status !== 100) answers.push({ status, headers, body });
    rest = rest.slice(start + length);
  }
  return answers;
}

/** The body, and what it takes of the rest. Where the relay has hung up, it is as much as came. */
function bodyOf(
  rest: string,
  status: number,
  headers: Answer['headers'],
): { readonly body: string; readonly length: number } {
  // To HEAD the length is said and nothing of it.
  if (status === 100 || rest.startsWith('HTTP/1.1 ')) return { body: '', length: 0 };
  if (headers.get('transfer-encoding') !== 'chunked') {
    const body = rest.slice(0, Number(headers.get('content-length') ?? 0));
    return { body, length: body.length };
  }
  let body = '';
  for (let at = 0; ; ) {
    const [line, digits = '0'] = /^([0-9a-f]+)\r\n/.exec(rest.slice(at)) ?? [];
    if (line === undefined) return { body, length: rest.length };
    const size = Number.parseInt(digits, 16);
    body += rest.slice(at + line.length, at + line.length + size);
    at += line.length + size + 2;
    if (size === 0) return { body, length: at };
  }
}
