import { PLANTED } from '../planted.ts';
import type { Target } from '../target.ts';
import { TARGETS } from './all.ts';

/** By name, the planted ones included: those only when they are asked for. Throws for a name that is none. */
export function findTarget(name: string): Target {
  const found = [...TARGETS, ...PLANTED].find((target) => target.name === name);
  if (found === undefined) throw new Error(`there is no target ${name}`);
  return found;
}
