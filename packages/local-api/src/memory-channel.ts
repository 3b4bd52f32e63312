import type { Channel, ChannelListener } from './channel.ts';
import { MAX_LINE_BYTES } from './limits.ts';
import { lineBytes } from './split-lines.ts';

/** Two channels joined in one process: a command that owns the profile itself, and tests. */
export function createChannelPair(): readonly [Channel, Channel] {
  const left = new MemoryChannel();
  const right = new MemoryChannel();
  left.join(right);
  right.join(left);
  return [left, right];
}

/** Lines arrive in order and never within the sender's own call, as on a socket. */
class MemoryChannel implements Channel {
  #peer: MemoryChannel | undefined;
  #listener: ChannelListener | undefined;
  #arrived: string[] = [];
  #ended: { readonly problem?: 'line-too-long' } | undefined;
  #told = false;

  join(peer: MemoryChannel): void {
    this.#peer = peer;
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
    queueMicrotask(() => this.#handOver());
  }

  send(line: string): Promise<void> {
    if (this.#ended === undefined) this.#peer?.arrive(line);
    return Promise.resolve();
  }

  close(): void {
    this.end({});
  }

  arrive(line: string): void {
    if (this.#ended !== undefined) return;
    if (lineBytes(line) > MAX_LINE_BYTES) this.end({ problem: 'line-too-long' });
    else this.#arrived.push(line);
    queueMicrotask(() => this.#handOver());
  }

  end(how: { readonly problem?: 'line-too-long' }): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    this.#peer?.end({});
    queueMicrotask(() => this.#handOver());
  }

  #handOver(): void {
    if (this.#listener === undefined || this.#told) return;
    const lines = this.#arrived;
    this.#arrived = [];
    for (const line of lines) this.#listener.line(line);
    if (this.#ended === undefined || this.#told) return;
    this.#told = true;
    if (this.#ended.problem === undefined) this.#listener.closed();
    else this.#listener.closed(this.#ended.problem);
  }
}
