import type { RatchetChanges } from '@sotto/ratchet';
import type { ClientEvent } from '../client-types.ts';
import type { ClientStore, StoreChange } from '../ports/store.ts';

/**
 * One unit of work (design §2): what it changes and what is told once it is on disk. Reads see the last
 * commit, never this unit's own changes, so a unit carries what it changed in its variables.
 */
export interface Work {
  change(...changes: readonly StoreChange[]): void;
  ratchet(changes: RatchetChanges): void;
  /** Called in order after the commit, before the next unit begins. */
  after(tell: () => Promise<ClientEvent | undefined> | ClientEvent | undefined): void;
}

/**
 * Runs units of work one after the other. The body reads, decides and names its changes; they are
 * committed together or, when body or store throws, not at all. Never wait for a network in a body.
 */
export type Unit = <Result>(body: (work: Work) => Promise<Result>) => Promise<Result>;

export function createUnit(parts: {
  readonly store: ClientStore;
  readonly exclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly emit: (event: ClientEvent) => void;
  readonly onTellFailed: (error: unknown) => void;
}): Unit {
  return (body) =>
    parts.exclusive(async () => {
      const changes: StoreChange[] = [];
      const tells: Parameters<Work['after']>[0][] = [];
      const result = await body({
        change: (...more) => {
          changes.push(...more);
        },
        ratchet: (more) => {
          for (const change of more) changes.push({ kind: 'ratchet', change });
        },
        after: (tell) => {
          tells.push(tell);
        },
      });
      if (changes.length > 0) await parts.store.commit(changes);
      for (const tell of tells) {
        // It is on disk: whoever asked for it must not hear that it failed, nor the other tells be lost.
        try {
          const event = await tell();
          if (event !== undefined) parts.emit(event);
        } catch (error) {
          parts.onTellFailed(error);
        }
      }
      return result;
    });
}
