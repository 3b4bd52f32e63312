import { type LocalApi, LocalApiError } from '@sotto/local-api';
import type { Output } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** Whoever owns the profile, for as long as this screen needs them. */
export interface OwnerAtHand {
  readonly api: LocalApi;
  release(): Promise<void>;
}

/** Reach the owner; again when the one before has gone. */
export type ReachOwner = () => Promise<OwnerAtHand>;

/** What a screen has: no keys, no store, no network; only the local API. */
export interface Screen {
  readonly terminal: Terminal;
  readonly output: Output;
  readonly reach: ReachOwner;
}

/** Ask something of the owner and let go of them. */
export async function withOwner<Value>(
  screen: Screen,
  ask: (api: LocalApi) => Promise<Value>,
): Promise<Value> {
  const owner = await screen.reach();
  try {
    return await ask(owner.api);
  } finally {
    await owner.release();
  }
}

/** The owner went before it answered. */
export function isGone(error: unknown): boolean {
  return error instanceof LocalApiError && error.code === 'closed';
}

export function isCancelled(error: unknown): boolean {
  return error instanceof LocalApiError && error.code === 'cancelled';
}

/** `2026-11-23 05:20`, in the zone of whoever reads it. */
export function showTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
