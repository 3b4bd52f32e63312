/** Why something that came in was refused. Counted since the start, never with who or what. */
export type Refusal =
  | `seal-${string}`
  | 'undecryptable'
  | 'too-many-failures'
  | 'replayed'
  | 'unproven-sender'
  | 'unknown-sender'
  | 'malformed-content'
  | 'implausible-time'
  | 'blocked'
  | 'too-many-requests';

export interface Tally {
  refuse(reason: Refusal): void;
  readonly refused: Readonly<Record<string, number>>;
}

export function createTally(log: (reason: string) => void): Tally {
  const refused: Record<string, number> = {};
  return {
    refuse(reason) {
      refused[reason] = (refused[reason] ?? 0) + 1;
      log(reason);
    },
    refused,
  };
}
