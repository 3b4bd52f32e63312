import type { Ending, RawPlace } from './raw-connection.ts';

/** Something hostile that is done over one connection, and how a server may end it. */
export interface AttackCase {
  readonly name: string;
  readonly expect: RegExp;
  /** It waits for a time-out of the server's. */
  readonly slow?: true;
  run(place: RawPlace): Promise<Ending>;
}

/** No server is waited for longer; what is open then stays open. */
export const PATIENCE = 45_000;

export interface Attacked {
  readonly name: string;
  readonly said: string;
  readonly after: number;
  /** It ended as it should, and in time. */
  readonly good: boolean;
}

export async function attack(
  { name, expect, run }: AttackCase,
  place: RawPlace,
  longest: number,
): Promise<Attacked> {
  const { said, after } = await run(place);
  return { name, said, after, good: expect.test(said) && after <= longest };
}
