import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIPv4 } from 'node:net';
import { asBytes, type Bytes } from '@sotto/bytes';
import type { SubnetRule } from '@sotto/directory';
import { abortSignalOf, type Leaving } from '@sotto/frames';
import { MAX_REPLY_BYTES, ONION_TEXT, SERVER_TIMEOUT } from '@sotto/protocol';
import { MAX_SERVER_REQUESTS, PROTOCOL_VERSION } from '../constants.ts';
import { bytesReply, type HttpReply, textReply } from '../http/reply.ts';
import { createResolver, dialableAddress } from './dialable-address.ts';

export interface ServerCall {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly target: string;
  readonly body: Bytes;
  /** Which addresses may be dialled. */
  readonly subnets: SubnetRule;
  /** Told the address before it is dialled; `undefined` when none may be. */
  dialling(address: string | undefined): void;
  readonly signal: Leaving;
  /** Count bytes of the answer that are held; false when there is no room. */
  hold(bytes: number): boolean;
}

/** Statuses that go back as the server gave them; any other becomes 500, as in the network of reference (§2.4). */
const PASSED = new Set([200, 400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 421, 422, 425, 429]);
const PASSED_FAILURES = new Set([500, 501, 502, 503, 504]);

const KEPT = { keepAlive: true, maxFreeSockets: 32, timeout: SERVER_TIMEOUT };

/**
 * Asks servers on behalf of onion requests. The certificate is not looked at: what is carried is encrypted
 * to the server's own key, and who sends it cannot be told by it. Redirects are not followed.
 */
export class ServerCalls {
  readonly #http = new HttpAgent(KEPT);
  readonly #https = new HttpsAgent({ ...KEPT, rejectUnauthorized: false });
  readonly #localAddress: string | undefined;
  readonly #names;
  #underWay = 0;

  /** `localAddress` is dialled from; the system chooses without. */
  constructor(localAddress: string | undefined, names = createResolver()) {
    this.#localAddress = localAddress;
    this.#names = names;
  }

  /** Never rejects. */
  async post(call: ServerCall): Promise<HttpReply> {
    if (this.#underWay >= MAX_SERVER_REQUESTS)
      return textReply(503, `${ONION_TEXT.notReady}too many server requests`);
    this.#underWay += 1;
    try {
      const address = await dialableAddress(call, call.subnets, this.#names);
      call.dialling(address);
      if (address === undefined) return textReply(502, 'this server cannot be asked');
      return await this.#send(call, address);
    } finally {
      this.#underWay -= 1;
    }
  }

  close(): void {
    this.#names.cancel();
    this.#http.destroy();
    this.#https.destroy();
  }

  #send(call: ServerCall, address: string): Promise<HttpReply> {
    const { protocol, host, port, target, body, signal, hold } = call;
    const usual = port === (protocol === 'https' ? 443 : 80);
    return new Promise((resolve) => {
      const request = (protocol === 'https' ? requestHttps : requestHttp)({
        agent: protocol === 'https' ? this.#https : this.#http,
        method: 'POST',
        host: address,
        port,
        path: target,
        ...(this.#localAddress === undefined ? {} : { localAddress: this.#localAddress }),
        ...(isIPv4(host) ? {} : { servername: host }),
        signal: abortSignalOf(signal),
        headers: {
          Host: usual ? host : `${host}:${port}`,
          'Content-Type': 'application/octet-stream',
          'Content-Length': body.length,
          'User-Agent': `Oxen Storage Server/${PROTOCOL_VERSION.join('.')}`,
        },
      });
      const settle = (reply: HttpReply): void => {
        clearTimeout(timer);
        resolve(reply);
      };
      const timer = setTimeout(() => {
        settle(textReply(504, ONION_TEXT.timeout));
        request.destroy();
      }, SERVER_TIMEOUT);
      request.on('error', () => settle(textReply(502, 'the server cannot be reached')));
      request.on('response', (response) => void readAnswer(response, hold).then(settle));
      request.end(body);
    });
  }
}

async function readAnswer(response: IncomingMessage, hold: ServerCall['hold']): Promise<HttpReply> {
  const status = response.statusCode ?? 500;
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MAX_REPLY_BYTES) return textReply(502, 'the server answers too much');
      if (!hold(part.length)) return textReply(503, 'Service node is not ready: too much to do');
      parts.push(part);
    }
  } catch {
    return textReply(502, 'the server has not finished its answer');
  }
  if (status >= 300 && status <= 399) return textReply(502, 'the server redirects');
  const known = PASSED.has(status) || PASSED_FAILURES.has(status);
  return bytesReply(known ? status : 500, asBytes(Buffer.concat(parts)));
}
