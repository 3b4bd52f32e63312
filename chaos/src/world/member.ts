import type { Target } from '../plan/types.ts';
import { ControlFile } from './control-file.ts';
import { type Ended, type ProductProcess, startProduct } from './product-process.ts';

export interface MemberParts {
  readonly name: Target;
  readonly args: readonly string[];
  readonly log: string;
  readonly control: string;
  /** The folder that holds all that it keeps. */
  readonly data: string;
  readonly onReady?: (ready: Readonly<Record<string, unknown>>) => Promise<void>;
  /** It ended although nobody ended it; `harmed` when something was done to what it stands on. */
  readonly onCrash: (name: Target, how: Ended, harmed: boolean) => void;
}

/** A process of the world that can be ended, stopped and started again over what it keeps. */
export class Member {
  readonly name: Target;
  readonly data: string;
  readonly control: ControlFile;
  readonly #parts: MemberParts;
  #process: ProductProcess | undefined;
  #expected = false;
  /** Its disk was full, or its files were changed: it may end by itself, with words. */
  harmed = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.data = parts.data;
    this.control = new ControlFile(parts.control);
  }

  get isUp(): boolean {
    return this.#process?.isAlive() === true;
  }

  /** Do something to this process after everything else that is being done to it. */
  exclusive(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Rejects with NotReady. */
  async start(): Promise<void> {
    if (this.isUp) return;
    this.#expected = false;
    const { args, log, onReady, onCrash } = this.#parts;
    const running = await startProduct({ args, log, control: this.control.path });
    this.#process = running;
    void running.ended.then((how) => {
      if (!this.#expected) onCrash(this.name, how, this.harmed);
    });
    await onReady?.(running.ready);
  }

  /** With SIGKILL or SIGTERM; resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#expected = true;
    this.#process?.signal(signal);
    await this.#process?.ended;
  }

  /** Its end by itself is expected from now on; resolves when it has ended. */
  async expectEnd(): Promise<void> {
    this.#expected = true;
    await this.#process?.ended;
  }

  /** It is to go on, and its end is no plan any more. */
  unexpectEnd(): void {
    this.#expected = false;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }
}
