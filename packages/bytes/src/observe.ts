/** Stops of a message's way, as ARCHITECTURE.md counts them. */
export const STOPS = [
  'compose',
  'command',
  'write-down',
  'outbox',
  'seal',
  'carry',
  'keep',
  'collect',
  'open',
  'show',
] as const;
export type Stop = (typeof STOPS)[number];

/** `before` the work of a stop, or `after` what it promises holds. */
export type Moment = 'before' | 'after';

export type Observer = (stop: Stop, moment: Moment) => void;

/** Where whoever loaded this process may have put an observer, before anything of ours ran. */
const OBSERVER: unique symbol = Symbol.for('sotto.observer');

/**
 * A message passes a stop. Nothing happens unless something outside the product put an observer here:
 * no flag or setting of ours can, so that crash points need no switch inside the programs.
 */
export function observe(stop: Stop, moment: Moment): void {
  (globalThis as { readonly [OBSERVER]?: Observer })[OBSERVER]?.(stop, moment);
}
