import type { IncomingHttpHeaders } from 'node:http';

export interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Names and values by turns, as they came. */
  readonly rawHeaders: readonly string[];
}

export interface Refusal {
  readonly status: number;
  readonly words: string;
}

export interface DoorRules {
  /** Host and port as a browser writes them. */
  readonly authority: string;
  /** A link from outside may lead to the page just now, because this process has given one to the browser. */
  readonly expectsVisit: () => boolean;
}

/**
 * Who asks, before what is asked: undefined lets it pass. A foreign name for this address is a page that
 * pointed its own name here (DNS rebinding); a foreign origin or site is a page that reaches for
 * another's. Programs, which send no such headers, get no further than the page itself without the secret.
 */
export function checkRequest(asked: Asked, rules: DoorRules): Refusal | undefined {
  const { method, headers } = asked;
  if (countOf(asked, 'host') !== 1 || headers.host !== rules.authority) {
    return { status: 421, words: 'This address answers to its own name only.' };
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, words: 'Only GET and HEAD.' };
  const origin = headers.origin;
  if (countOf(asked, 'origin') > 1 || (origin !== undefined && origin !== `http://${rules.authority}`)) {
    return FOREIGN;
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'none' || site === 'same-origin') return undefined;
  return isVisit(asked) && rules.expectsVisit() ? undefined : FOREIGN;
}

/** An upgrade comes from our own page or not at all. */
export function checkUpgrade(asked: Asked, rules: DoorRules): Refusal | undefined {
  const refusal = checkRequest(asked, { ...rules, expectsVisit: () => false });
  if (refusal !== undefined) return refusal;
  if (asked.headers.origin === undefined) return FOREIGN;
  if (asked.method !== 'GET') return { status: 405, words: 'Only GET.' };
  return asked.url === '/api' ? undefined : { status: 404, words: 'Nothing here.' };
}

const FOREIGN: Refusal = { status: 403, words: 'Not for other sites.' };

/** A window of its own that shows the page, not a frame, an image or a script of another site. */
function isVisit({ url, headers, method }: Asked): boolean {
  const [mode, dest] = [headers['sec-fetch-mode'], headers['sec-fetch-dest']];
  return method === 'GET' && url === '/' && mode === 'navigate' && dest === 'document';
}

/** The parser keeps the first of several equal headers, another program may have kept the last. */
function countOf({ rawHeaders }: Asked, name: string): number {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === name).length;
}
