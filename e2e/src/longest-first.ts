import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first; begun last they would keep one worker busy after all others. */
const LONG = [
  'e2e/web/in-every-look',
  'e2e/web/two-people',
  'e2e/web/accessible',
  'e2e/journeys/strict-onion',
  'e2e/journeys/two-roads-failover',
  'e2e/journeys/kill-at-random',
  'e2e/journeys/hostile-hop',
  'e2e/journeys/list-moves-on',
  'e2e/journeys/two-roads-cli',
  'e2e/journeys/drill',
];

/** Vitest's order, with the longest files brought forward: without a cache it goes by the size of files. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.includes(name));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((left, right) => rank(left) - rank(right));
  }
}
