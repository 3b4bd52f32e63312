import type { LieGroup } from './lie.ts';

/**
 * Every second lie, and those that must be among them in any case: what the whole of a test run has time for.
 * `SOTTO_LIES=all` takes all of them.
 */
export function halfOf<World>(
  groups: readonly LieGroup<World>[],
  half: number,
  always: readonly string[],
): readonly LieGroup<World>[] {
  if (process.env['SOTTO_LIES'] === 'all') return groups;
  let number = 0;
  return groups.map(({ title, lies }) => ({
    title,
    lies: lies.filter(({ name }) => number++ % 2 === half || always.includes(name)),
  }));
}
