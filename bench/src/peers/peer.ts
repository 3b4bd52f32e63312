import type { Dialect } from '../load/dialect.ts';

/** A program that is measured: ours, or one that people run instead. */
export interface Peer {
  readonly name: string;
  /** Its version, or undefined where it is not installed. */
  find(): string | undefined;
  /**
   * Start it on a port of loopback with a configuration of our own, everything of it in `folder`; again on what a
   * former start has left there.
   */
  start(folder: string, port: number): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** The process, whose children count as well. */
  readonly pid: number;
  /** End it as it wants to be ended, or by this signal. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A peer that carries messages. */
export interface Messenger extends Peer {
  readonly dialect: Dialect;
}
