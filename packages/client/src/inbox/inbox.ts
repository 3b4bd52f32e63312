import { formatAccountId } from '@sotto/identity';
import type { Unsealed } from '@sotto/ratchet';
import { HOLD_SENDER } from '../constants.ts';
import type { Core } from '../core/core.ts';
import { createLimit } from '../core/limit.ts';
import { createMutex } from '../core/mutex.ts';
import type { Collect } from '../core/roads.ts';
import type { IncomingEnvelope, RoadName } from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';
import { NotYet, openEnvelope, unsealEnvelope } from './open-envelope.ts';

/** Takes envelopes from the roads. */
export interface Inbox extends Collect {
  /** Envelopes that are being opened. */
  readonly opening: number;
  /** Resolves when none is. */
  idle(): Promise<void>;
}

/** One sender's mail, opened in the order in which it was handed over. */
interface Line {
  last: Promise<void>;
  waiting: number;
  /** This one could not be opened: later ones wait until it has been handed over again. */
  held: { readonly id: string; readonly since: number } | undefined;
}

/** Senders whose mail is opened at once, and as many strangers; the ratchet takes them one by one, so more only hold memory. */
const MAX_OPENING = 8;

const MANY_LINES = 1_000;

export function createInbox(core: Core, onIdle: () => void): Inbox {
  const intake = createMutex();
  const friends = createLimit(MAX_OPENING);
  const strangers = createLimit(MAX_OPENING);
  const lines = new Map<AccountKey, Line>();
  const waiting = new Set<() => void>();
  let opening = 0;

  /** Sealed mail has no sender on it, so seals come off one after the other; then each joins its line. */
  async function take(road: RoadName, envelope: IncomingEnvelope): Promise<void> {
    const joined = await intake(async () => {
      const unsealed = await unsealEnvelope(core, envelope);
      // Wrapped, because a promise that is returned from here would be waited for.
      return unsealed === undefined ? undefined : { opened: join(road, envelope, unsealed) };
    });
    await joined?.opened;
  }

  /** Lines that only remember what was held are let go when there are many and their time is over. */
  function tidy(): void {
    if (lines.size < MANY_LINES) return;
    const now = core.clock.now();
    for (const [sender, { waiting: left, held }] of lines) {
      if (left === 0 && (held === undefined || isOver(held, now))) lines.delete(sender);
    }
  }

  /** Strangers have to be looked up, which may take long; anybody can send a crowd of them. */
  async function limitFor(sender: AccountKey): Promise<typeof friends> {
    const state = (await core.store.contact(sender))?.state;
    return state === undefined || state === 'request' ? strangers : friends;
  }

  function join(road: RoadName, envelope: IncomingEnvelope, unsealed: Unsealed): Promise<void> {
    const sender = formatAccountId(unsealed.from.account);
    const line = lines.get(sender) ?? { last: Promise.resolve(), waiting: 0, held: undefined };
    lines.set(sender, line);
    line.waiting++;
    tidy();
    const opened = line.last
      .then(async () => (await limitFor(sender))(() => openInLine(line, road, envelope, unsealed)))
      .finally(() => {
        line.waiting--;
        if (line.waiting === 0 && line.held === undefined) lines.delete(sender);
      });
    line.last = opened.catch(() => undefined);
    return opened;
  }

  async function openInLine(
    line: Line,
    road: RoadName,
    envelope: IncomingEnvelope,
    unsealed: Unsealed,
  ): Promise<void> {
    const { held } = line;
    const now = core.clock.now();
    if (held !== undefined && held.id !== envelope.id && !isOver(held, now)) {
      throw new NotYet('an earlier message of the sender could not be opened yet');
    }
    try {
      await openEnvelope(core, road, envelope, unsealed);
      line.held = undefined;
    } catch (error) {
      line.held = { id: envelope.id, since: now };
      throw error;
    }
  }

  return {
    get opening() {
      return opening;
    },
    async envelope(road, envelope) {
      opening++;
      try {
        await take(road, envelope);
      } catch (error) {
        // Not acknowledged: the road brings it again.
        if (!(error instanceof NotYet)) core.log('open-failed', { name: nameOf(error) });
        throw error;
      } finally {
        opening--;
        if (opening === 0) {
          onIdle();
          for (const resolve of waiting) resolve();
          waiting.clear();
        }
      }
    },
    idle: () =>
      new Promise((resolve) => {
        if (opening === 0) resolve();
        else waiting.add(resolve);
      }),
  };
}

/** Either way, so that a clock that went back holds nobody for longer. */
function isOver(held: { readonly since: number }, now: number): boolean {
  return Math.abs(now - held.since) >= HOLD_SENDER;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
