import type { Net } from '@signalapp/libsignal-client';
import { decodeEnvelope, type RelayEnvelope } from '@sotto/protocol';
import { until } from './_test-relay.ts';

/** One push as the client stack hands it over. */
interface Push {
  readonly envelope: RelayEnvelope;
  readonly ack: Net.ChatServerMessageAck;
}

/** Collects what Signal's client stack says about an authenticated connection. */
export class MailListener implements Net.ChatServiceListener {
  readonly pushes: Push[] = [];
  readonly order: string[] = [];
  readonly serverTimes: number[] = [];
  readonly alerts: string[] = [];
  emptied = 0;
  interruption: Error | null | undefined;

  /** Answer every push with this status at once; without, nothing is answered. */
  readonly #answer: number | undefined;

  constructor(answer?: number) {
    this.#answer = answer;
  }

  onIncomingMessage(bytes: Uint8Array<ArrayBuffer>, _time: number, ack: Net.ChatServerMessageAck): void {
    this.pushes.push({ envelope: decodeEnvelope(bytes), ack });
    this.order.push('message');
    if (this.#answer !== undefined) ack.send(this.#answer);
  }

  onQueueEmpty(): void {
    this.emptied += 1;
    this.order.push('empty');
  }

  onReceivedAlerts(alerts: string[]): void {
    this.alerts.push(...alerts);
  }

  onServerTimestamp(time: number): void {
    this.serverTimes.push(time);
  }

  onConnectionInterrupted(cause: Error | null): void {
    this.interruption = cause;
  }

  texts(): string[] {
    return this.pushes.map(({ envelope }) => new TextDecoder().decode(envelope.content));
  }

  async messages(count: number): Promise<void> {
    await until(() => this.pushes.length >= count, `${count} messages have come, not ${this.pushes.length}`);
  }

  async empty(): Promise<void> {
    await until(() => this.emptied > 0, 'the queue is empty');
  }

  async interrupted(): Promise<void> {
    await until(() => this.interruption !== undefined, 'the connection is interrupted');
  }
}
