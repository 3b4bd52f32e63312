import type { Ending } from './end-watch.ts';
import type { RawPlace } from './raw-connection.ts';

/** Something hostile that is done over one connection, and how a server may end it. */
export interface AttackCase {
  readonly name: string;
  readonly expect: RegExp;
  /** It waits for a time-out of the server's. */
  readonly slow?: true;
  /** That time-out in milliseconds, where it is longer than any other. */
  readonly longest?: number;
  run(place: RawPlace): Promise<Ending>;
}

/** No server is waited for longer; what is open then stays open. */
export const PATIENCE = 45_000;

export interface Attacked {
  readonly name: string;
  readonly said: string;
  readonly after: number;
  readonly longest: number;
  /** It ended as it should, and in time. */
  readonly good: boolean;
}

export async function attack(
  { name, expect, run, longest: own = 0 }: AttackCase,
  place: RawPlace,
  usual: number,
): Promise<Attacked> {
  const { said, after } = await run(place);
  const longest = Math.max(own, usual);
  return { name, said, after, longest, good: expect.test(said) && after <= longest };
}
