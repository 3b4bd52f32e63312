import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { AccountKey } from '../ports/store.ts';

/** Both are seen-marks, so that they hold over a restart and go by themselves when their time is over. */

/** They go by an older list than we. */
export function oweList(work: Work, account: AccountKey, until: number): void {
  work.change({ kind: 'put-seen', mark: `list-owed:${account}`, forgetAfter: until });
}

export function isOwed(core: Core, account: AccountKey): Promise<boolean> {
  return core.store.hasSeen(`list-owed:${account}`);
}

/** Ours is on its way to them, and they get no other before this time. */
export function noteGiven(work: Work, account: AccountKey, until: number): void {
  work.change({ kind: 'put-seen', mark: `list-given:${account}`, forgetAfter: until });
}

export function isGiven(core: Core, account: AccountKey): Promise<boolean> {
  return core.store.hasSeen(`list-given:${account}`);
}
