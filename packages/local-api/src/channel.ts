/**
 * A two-way pipe of text lines: a Unix socket, a WebSocket, or two ends in one process. Lines carry no
 * newline. Who is allowed at the other end is settled before a channel exists.
 */
export interface Channel {
  /** Called once by whoever takes the channel over; lines that came before are handed over then. */
  listen(listener: ChannelListener): void;
  /** Resolves when the channel can take another line; also when it has closed meanwhile. */
  send(line: string): Promise<void>;
  /** Idempotent. Lines already given to `send` are still written. */
  close(): void;
}

export interface ChannelListener {
  line(text: string): void;
  /** Once, whichever side closed. `problem` tells an end that was forced by what came in. */
  closed(problem?: 'line-too-long' | 'not-utf8'): void;
}
