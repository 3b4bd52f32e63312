import type { Socket } from 'node:net';

/** How a server ended something: with what words, and after how many milliseconds. */
export interface Ending {
  /** `200`, `413`, `close 1009`, `cut` when it said nothing, `open` when it did not end. */
  readonly said: string;
  readonly after: number;
}

/** Waits for the end of a connection, and remembers what the server said last. */
export class EndWatch {
  readonly #socket: Socket;
  #started = performance.now();
  #end: (ending: Ending) => void = () => undefined;
  readonly #ending = new Promise<Ending>((resolve) => {
    this.#end = resolve;
  });
  /** Its last word, which is an end only when the connection ends or time runs out. */
  said: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.once('close', () => this.finish(this.said ?? 'cut'));
  }

  /** From now on the time counts. */
  start(): void {
    this.#started = performance.now();
  }

  finish(said: string): void {
    this.#end({ said, after: performance.now() - this.#started });
  }

  /** Wait until it has ended, or so long. */
  async ended(patience: number): Promise<Ending> {
    const late = setTimeout(() => this.finish(this.said ?? 'open'), patience);
    const ending = await this.#ending;
    clearTimeout(late);
    this.#socket.destroy();
    return ending;
  }
}
