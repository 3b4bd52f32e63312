/**
 * The only door to logs. An event has a name from this list and a number at most: there is no
 * parameter through which an account, an address, a size of one message or a user agent could pass.
 */
export const RELAY_EVENTS = [
  'started',
  'stopped',
  'socket-opened',
  'socket-refused',
  'socket-replaced',
  'socket-revoked',
  'socket-bounded',
  'connection-refused',
  'frame-refused',
  'registered',
  're-registered',
  'account-deleted',
  'account-expired',
  'device-linked',
  'device-unlinked',
  'device-expired',
  'code-sent',
  'code-not-sent',
  'message-stored',
  'message-acknowledged',
  'request-stored',
  'queue-full',
  'work-refused',
  'onion-request',
  'onion-refused',
  'mail-expired',
  'rate-limited',
  'client-unnamed',
  'challenged',
  'challenge-answered',
  'spam-reported',
  'story-dropped',
  'online-dropped',
  'overloaded',
  'disk-full',
  'disk-free',
  'disk-refused',
  'certificate-renewed',
  'certificate-unusable',
  'certificate-of-another-key',
  'blobs-full',
  'blobs-expired',
  'coturn-ended',
  'bus-up',
  'bus-down',
  'internal-error',
] as const;

export type RelayEvent = (typeof RELAY_EVENTS)[number];

/** What the one who runs the relay should see without asking. */
const TOLD: readonly RelayEvent[] = [
  'started',
  'stopped',
  'disk-full',
  'disk-free',
  'certificate-renewed',
  'certificate-unusable',
  'certificate-of-another-key',
  'coturn-ended',
  'bus-up',
  'bus-down',
  'client-unnamed',
];

export interface Events {
  /** Count an event that has happened `times` times. */
  count(event: RelayEvent, times?: number): void;
  /**
   * An unexpected failure. Only the class of the error and our own code for it are written: a message
   * from a library may quote its input.
   */
  failed(error: unknown): void;
  totals(): Readonly<Partial<Record<RelayEvent, number>>>;
}

/** Counters in memory; failures and what an operator has to know are also written as lines. */
export function createEvents(write: (line: string) => void): Events {
  const totals = new Map<RelayEvent, number>();
  const count = (event: RelayEvent, times = 1): void => {
    totals.set(event, (totals.get(event) ?? 0) + times);
    if (TOLD.includes(event)) write(`relay ${event}`);
  };
  return {
    count,
    failed: (error) => {
      count('internal-error');
      write(`relay internal-error ${describe(error)}`);
    },
    totals: () => Object.fromEntries(totals),
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as { code?: unknown }).code;
  const cause = error.cause === undefined ? '' : ` < ${describe(error.cause)}`;
  return `${error.name}${typeof code === 'string' ? ` ${code}` : ''}${cause}`;
}
