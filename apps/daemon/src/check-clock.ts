import { createHash, timingSafeEqual } from 'node:crypto';
import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { RelayAddress } from '@sotto/identity';
import type { CheckValue } from '@sotto/local-api';

const TIMEOUT_MS = 5_000;

/**
 * Records and prekeys are judged by their age. Two clocks that differ by minutes do no harm yet, but a
 * clock that is wrong at all is usually wrong by hours.
 */
const TOLERATED_MS = 5 * 60_000;

/** Compare this machine's clock with the relay's, to the second that HTTP tells. Undefined without an answer. */
export async function checkClock(
  relay: RelayAddress,
  { now, source }: { readonly now: () => number; readonly source?: string | undefined },
): Promise<CheckValue | undefined> {
  const started = now();
  const theirs = await askTime(relay, source);
  if (theirs === undefined) return undefined;
  const ahead = (started + now()) / 2 - theirs;
  const hint = 'set the clock of this machine; if it is right, tell the relay';
  return describeClock('clock', ahead, { whose: "the relay's", hint });
}

/** By how much this machine's clock is ahead of another, and whether that is too much. Milliseconds. */
export function describeClock(
  check: string,
  ahead: number,
  { whose, hint }: { readonly whose: string; readonly hint: string },
): CheckValue {
  const seconds = Math.abs(Math.round(ahead / 1000));
  if (Math.abs(ahead) <= TOLERATED_MS) {
    return { check, ok: true, detail: `within ${seconds + 1} s of ${whose}` };
  }
  const detail = `${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} ${whose}`;
  return { check, ok: false, detail, hint };
}

/** The `Date` of any answer (RFC 9110 §6.6.1), from a server that shows the pinned key where there is one. */
function askTime({ url, key }: RelayAddress, source: string | undefined): Promise<number | undefined> {
  return new Promise((resolve) => {
    const from = source === undefined ? {} : { localAddress: source };
    const options = { method: 'HEAD', timeout: TIMEOUT_MS, agent: false, ...from };
    const asked = url.startsWith('https:')
      ? askHttps(url, { ...options, rejectUnauthorized: key === undefined })
      : askHttp(url, options);
    const nothing = (): void => {
      asked.destroy();
      resolve(undefined);
    };
    asked.on('socket', (socket) => {
      if (key === undefined) return;
      socket.once('secureConnect', () => {
        if (!showsKey(socket as TLSSocket, key)) nothing();
      });
    });
    asked.on('timeout', nothing);
    asked.on('error', () => resolve(undefined));
    asked.on('response', (response) => {
      response.resume();
      const time = Date.parse(response.headers.date ?? '');
      resolve(Number.isNaN(time) ? undefined : time);
    });
    asked.end();
  });
}

function showsKey(socket: TLSSocket, key: Uint8Array): boolean {
  const shown = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  if (shown === undefined) return false;
  const hash = createHash('sha256').update(shown).digest();
  return hash.length === key.length && timingSafeEqual(hash, key);
}
