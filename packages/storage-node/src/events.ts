/**
 * The only door to logs. An event has a name from this list and a number at most: there is no
 * parameter through which a mailbox, an address, a key or a size of one message could pass.
 */
export const NODE_EVENTS = [
  'started',
  'stopped',
  'message-stored',
  'message-expired',
  'box-full',
  'database-full',
  'work-asked',
  'layer-opened',
  'layer-refused',
  'layer-replayed',
  'layer-out-of-time',
  'server-asked',
  'rate-limited',
  'overloaded',
  'disk-full',
  'disk-free',
  'link-opened',
  'link-accepted',
  'link-refused',
  'link-lost',
  'sync-round',
  'sync-fetched',
  'sync-lied',
  'sync-wasteful',
  'sync-turned-away',
  'handed-over',
  'hand-over-refused',
  'hand-over-done',
  'omq-accepted',
  'omq-refused',
  'omq-dropped',
  'omq-overrun',
  'omq-noise',
  'omq-opened',
  'push-unconfirmed',
  'pushed',
  'directory-taken',
  'directory-refused',
  'directory-disagreed',
  'not-listed',
  'node-tested',
  'node-unreachable',
  'message-missing',
  'registry-unread',
  'endpoint-disagreed',
  'vote-signed',
  'vote-refused',
  'removal-sent',
  'removal-refused',
  'internal-error',
] as const;

export type NodeEvent = (typeof NODE_EVENTS)[number];

export interface Events {
  /** Count an event that has happened `times` times. */
  count(event: NodeEvent, times?: number): void;
  /**
   * An unexpected failure. Only the class of the error and our own code for it are written: a message
   * from a library may quote its input.
   */
  failed(error: unknown): void;
  totals(): Readonly<Partial<Record<NodeEvent, number>>>;
}

/** Written when they happen; everything else is only counted. */
const WRITTEN: ReadonlySet<NodeEvent> = new Set([
  'started',
  'stopped',
  'disk-full',
  'disk-free',
  'directory-taken',
  'directory-refused',
  'directory-disagreed',
  'not-listed',
  'registry-unread',
  'endpoint-disagreed',
  'vote-signed',
  'removal-sent',
  'removal-refused',
]);

/** Milliseconds between two lines of one failure: a full disk fails every request, and a log is on a disk. */
const SAME_FAILURE = 1000;

export function createEvents(write: (line: string) => void, now: () => number = Date.now): Events {
  const totals = new Map<NodeEvent, number>();
  const written = new Map<string, number>();
  const count = (event: NodeEvent, times = 1): void => {
    totals.set(event, (totals.get(event) ?? 0) + times);
    if (WRITTEN.has(event)) write(`storage node ${event}`);
  };
  return {
    count,
    failed: (error) => {
      count('internal-error');
      const what = describe(error);
      if (now() - (written.get(what) ?? Number.NEGATIVE_INFINITY) < SAME_FAILURE) return;
      written.set(what, now());
      write(`storage node internal-error ${what}`);
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
