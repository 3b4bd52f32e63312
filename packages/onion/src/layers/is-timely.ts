import { LAYER_WINDOW_MINUTES } from '@sotto/protocol';

/**
 * Whether a layer may be acted upon at `now`, in milliseconds; else 406 in the clear. One that says
 * nothing of its age is of another make, and passes: the replay cache holds for those as well.
 */
export function isTimely(layer: { readonly minute?: number }, now: number): boolean {
  if (layer.minute === undefined) return true;
  return Math.abs(Math.floor(now / 60_000) - layer.minute) <= LAYER_WINDOW_MINUTES;
}
