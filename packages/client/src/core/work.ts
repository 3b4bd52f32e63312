import type { RatchetChanges } from '@sotto/ratchet';
import type { ClientEvent } from '../client-types.ts';
import type { ClientStore, StoreChange } from '../ports/store.ts';
import { createPending } from './pending.ts';

/**
 * One unit of work (design §2): what it changes and what is told once it is on disk. Reads see what is
 * decided before this unit, never its own changes, so a unit carries what it changed in its variables.
 */
export interface Work {
  change(...changes: readonly StoreChange[]): void;
  ratchet(changes: RatchetChanges): void;
  /** Called in order after the commit, before the next one. */
  after(tell: () => Promise<ClientEvent | undefined> | ClientEvent | undefined): void;
  /** Called when the commit has failed, before any later unit begins. */
  lost(undo: () => void): void;
}

/**
 * Runs units of work one after the other. The body reads, decides and names its changes; they are
 * committed together or, when body or store throws, not at all. Never wait for a network in a body.
 */
export type Unit = <Result>(body: (work: Work) => Promise<Result>) => Promise<Result>;

export interface Units {
  readonly unit: Unit;
  /**
   * For units that may share their commit with those of this kind right behind them, so that many at once
   * cost one sync. Each resolves when it is on disk, as any other. The body reads through `view` only.
   */
  readonly shared: Unit;
  /** The store with what earlier units have decided. */
  readonly view: ClientStore;
}

/** Units of one commit; at most so many wait for the disk at once. */
const MAX_SHARED = 64;

/** Rounds of whatever is ready that a commit waits for one more to join it. */
const TURNS = 16;

/** Arrivals that a commit waits for; a crowd that brings nothing holds up no one for longer. */
const MAX_AWAITED = 4 * MAX_SHARED;

interface Job {
  readonly isShared: boolean;
  /** Resolves when it has decided, or was refused. */
  run(): Promise<void>;
}

interface Decided {
  readonly tells: readonly Parameters<Work['after']>[0][];
  kept(): void;
  lost(error: unknown): void;
}

/** What may yet join a commit: whoever knows that a shared unit is about to come. */
export interface Arriving {
  isNear(): boolean;
  /** Resolves at the next change of that. */
  next(): Promise<void>;
}

const NOBODY: Arriving = { isNear: () => false, next: () => Promise.resolve() };

export function createUnits(parts: {
  readonly store: ClientStore;
  readonly emit: (event: ClientEvent) => void;
  readonly onTellFailed: (error: unknown) => void;
  readonly arriving?: Arriving;
}): Units {
  const { arriving = NOBODY } = parts;
  const queue: Job[] = [];
  let decided: Decided[] = [];
  let isRunning = false;
  let settling: Promise<void> | undefined;
  /** The last commit that was lost, and why. */
  let lastLoss: { readonly error: unknown } | undefined;
  const pending = createPending(parts.store, settle);

  async function drain(): Promise<void> {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      await job.run();
      if (job.isShared && decided.length < MAX_SHARED && (await isJoined())) continue;
      await settle().catch(() => undefined);
    }
    isRunning = false;
  }

  /** Is another shared unit next? One that is about to come is waited for. */
  async function isJoined(): Promise<boolean> {
    for (let awaited = 0; ; awaited++) {
      for (let turn = 0; turn < TURNS && queue.length === 0; turn++) await undefined;
      const isOver = queue.length > 0 || !arriving.isNear() || awaited === MAX_AWAITED;
      if (isOver) return queue[0]?.isShared === true;
      await arriving.next();
    }
  }

  /** Commit what is decided and tell of it, once at a time. Rejects when it is lost, after all who decided it know. */
  async function settle(): Promise<void> {
    while (settling !== undefined) await settling.catch(() => undefined);
    settling = settleNow().finally(() => {
      settling = undefined;
    });
    return settling;
  }

  async function settleNow(): Promise<void> {
    const now = decided;
    decided = [];
    try {
      await pending.commit();
    } catch (error) {
      lastLoss = { error };
      for (const { lost } of now) lost(error);
      throw error;
    }
    for (const { tells, kept } of now) {
      for (const tell of tells) await tellOf(tell);
      kept();
    }
  }

  async function tellOf(tell: Parameters<Work['after']>[0]): Promise<void> {
    // It is on disk: whoever asked for it must not hear that it failed, nor the other tells be lost.
    try {
      const event = await tell();
      if (event !== undefined) parts.emit(event);
    } catch (error) {
      parts.onTellFailed(error);
    }
  }

  function enqueue<Result>(isShared: boolean, body: (work: Work) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      queue.push({ isShared, run: () => decide(body, resolve, reject) });
      if (isRunning) return;
      isRunning = true;
      void Promise.resolve().then(drain);
    });
  }

  async function decide<Result>(
    body: (work: Work) => Promise<Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const changes: StoreChange[] = [];
    const tells: Parameters<Work['after']>[0][] = [];
    const undos: (() => void)[] = [];
    const work: Work = {
      change: (...more) => {
        changes.push(...more);
      },
      ratchet: (more) => {
        for (const change of more) changes.push({ kind: 'ratchet', change });
      },
      after: (tell) => {
        tells.push(tell);
      },
      lost: (undo) => {
        undos.push(undo);
      },
    };
    const lossBefore = lastLoss;
    try {
      const result = await body(work);
      // What is being written is not added to. Nothing may come between the look and the adding.
      while (settling !== undefined) await settling.catch(() => undefined);
      const lost = (error: unknown) => {
        for (const undo of undos) undo();
        reject(error);
      };
      // It has decided by what was lost meanwhile, so it is lost for the same reason.
      if (lastLoss !== undefined && lastLoss !== lossBefore) return lost(lastLoss.error);
      pending.add(changes);
      decided.push({ tells, kept: () => resolve(result), lost });
    } catch (error) {
      reject(error);
    }
  }

  return {
    unit: (body) => enqueue(false, body),
    shared: (body) => enqueue(true, body),
    view: pending.view,
  };
}
