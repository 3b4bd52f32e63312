import { setTimeout as delay } from 'node:timers/promises';
import { toBase64, utf8 } from '@sotto/bytes';
import { ENVELOPE_TYPE, formatJson, formatMessageList, HEADER, type ResponseFrame } from '@sotto/protocol';
import type { Sent } from './mail-history.ts';
import { REGISTRATION_ID, type Registered } from './register.ts';
import { WireSocket } from './wire-socket.ts';

/** Between two tries to connect, milliseconds. */
const REDIAL = 50;

export interface SenderOptions {
  readonly to: Registered;
  /** The relay at which whom it sends for is now. */
  readonly url: () => string;
  /** The next message, as long as there are some. */
  readonly next: () => Sent | undefined;
  readonly onAcknowledged: () => void;
  readonly until: AbortSignal;
}

/**
 * Sends as a client's outbox does: one message after the other, each again until the answer is 200, on an
 * anonymous socket that is opened anew when it was lost.
 */
export class MailSender {
  readonly #options: SenderOptions;
  #socket: WireSocket | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { next, onAcknowledged, until } = this.#options;
    for (let message = next(); message !== undefined; message = next()) {
      while (!message.acknowledged && !until.aborted) {
        this.#socket ??= await WireSocket.open({ url: this.#options.url() });
        const socket = this.#socket;
        if (socket === undefined) {
          await delay(REDIAL);
          continue;
        }
        message.attempts += 1;
        const answer = await socket.request(this.#put(message));
        if (answer?.status === 200) {
          message.acknowledged = true;
          onAcknowledged();
        } else if (answer === undefined) this.hangUp();
        else await delay(pauseAfter(answer));
      }
    }
    this.hangUp();
  }

  /** Whatever is on its way stays unanswered. */
  hangUp(): void {
    this.#socket?.cut();
    this.#socket = undefined;
  }

  #put({ text, timestamp }: Sent) {
    const { to } = this.#options;
    const message = {
      ...{ type: ENVELOPE_TYPE.sealed, destinationDeviceId: 1, destinationRegistrationId: REGISTRATION_ID },
      content: utf8(text),
    };
    const list = { messages: [message], timestamp, online: false, urgent: true };
    return {
      verb: 'PUT',
      path: `/v1/messages/${to.aci}`,
      headers: new Map([
        [HEADER.accessKey, toBase64(to.accessKey)],
        [HEADER.contentType, 'application/json'],
      ]),
      body: formatJson(formatMessageList(list)),
    };
  }
}

/** As long as the relay says. Throws for an answer that another try would not change. */
function pauseAfter({ status, headers }: ResponseFrame): number {
  if (status !== 429 && status !== 503) throw new Error(`a message was refused with ${status}`);
  return Number(headers.get(HEADER.retryAfter) ?? 1) * 1_000;
}
