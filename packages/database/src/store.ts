import type { Work } from './work.ts';

/**
 * A database as those see it who do not care which engine it is. Rejections are DatabaseError. What was rejected has
 * not happened, save with `unknown`: then nobody can tell.
 */
export interface Store {
  /**
   * One transaction: all of it or nothing, as if it were alone. Settles after the commit is synced to disk.
   * What `work` throws undoes it and is the rejection. It may be run more than once.
   */
  write<Result>(work: () => Work<Result>): Promise<Result>;
  /** Statements that see what is committed, each by itself; a read that must be of one moment is one statement. */
  read<Result>(work: () => Work<Result>): Promise<Result>;
  /** Leave no removed byte behind, where the engine can do something about it: now, or within half a minute. */
  erase(): void;
  close(): Promise<void>;
}

/** Hears of `changed` steps of transactions that have committed, before whoever wrote them does. */
export type ChangeListener = (name: string) => void;
