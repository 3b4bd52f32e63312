import { PLANTED } from '../planted.ts';
import type { Target } from '../target.ts';
import { FAMILIES } from './all.ts';

/** A target, and the file of this folder that it is in. */
export interface Found {
  readonly target: Target;
  readonly family: string;
}

/** By name, the planted ones included: those only when they are asked for. Throws for a name that is none. */
export function findTarget(name: string): Found {
  const families: readonly (readonly [string, readonly Target[]])[] = [
    ...Object.entries(FAMILIES),
    ['../planted', PLANTED],
  ];
  for (const [family, targets] of families) {
    const target = targets.find((one) => one.name === name);
    if (target !== undefined) return { target, family };
  }
  throw new Error(`there is no target ${name}`);
}
