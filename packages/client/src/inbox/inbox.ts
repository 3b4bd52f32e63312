import { formatAccountId } from '@sotto/identity';
import type { Unsealed } from '@sotto/ratchet';
import { HOLD_SENDER } from '../constants.ts';
import type { Core } from '../core/core.ts';
import { createLimit } from '../core/limit.ts';
import { createMutex } from '../core/mutex.ts';
import type { Collect } from '../core/roads.ts';
import type { IncomingEnvelope, RoadName } from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';
import { NotYet, openEnvelope, type Turn, unsealEnvelope } from './open-envelope.ts';

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
    const leave = core.arrivals.enter();
    const joined = await intake(async () => {
      const unsealed = await unsealEnvelope(core, envelope);
      // Wrapped, because a promise that is returned from here would be waited for.
      return unsealed === undefined ? undefined : { opened: join(road, envelope, unsealed) };
    }).finally(leave);
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
    const begun = line.last.then(async () =>
      (await limitFor(sender))(() => begin(line, road, envelope, unsealed)),
    );
    line.last = begun.then(
      () => undefined,
      () => undefined,
    );
    return begun
      .then(({ opened }) => opened)
      .finally(() => {
        line.waiting--;
        if (line.waiting === 0 && line.held === undefined) lines.delete(sender);
      });
  }

  /** Resolves when the next of its line may begin: it has ended, or only the disk is still to come. */
  function begin(
    line: Line,
    road: RoadName,
    envelope: IncomingEnvelope,
    unsealed: Unsealed,
  ): Promise<{ readonly opened: Promise<void> }> {
    return new Promise((resolve) => {
      const opened = openInLine(line, road, envelope, unsealed, () => resolve({ opened }));
      const end = () => resolve({ opened });
      opened.then(end, end);
    });
  }

  async function openInLine(
    line: Line,
    road: RoadName,
    envelope: IncomingEnvelope,
    unsealed: Unsealed,
    decided: () => void,
  ): Promise<void> {
    const before = line.held;
    const leave = core.arrivals.enter();
    const turn: Turn = {
      check: () => checkHeld(line, envelope, core.clock.now()),
      waits: leave,
      decided: () => {
        // Those behind it need not wait for the disk; when it is lost there, it is held again before they go on.
        if (line.held === before) line.held = undefined;
        decided();
      },
      lost: () => hold(line, envelope, core.clock.now()),
    };
    try {
      turn.check();
      await openEnvelope(core, road, envelope, unsealed, turn);
      // Not what was held meanwhile: a later one, which began before this was on disk.
      if (line.held === before) line.held = undefined;
    } catch (error) {
      turn.lost();
      throw error;
    } finally {
      leave();
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

function checkHeld({ held }: Line, { id }: IncomingEnvelope, now: number): void {
  if (held !== undefined && held.id !== id && !isOver(held, now)) {
    throw new NotYet('an earlier message of the sender could not be opened yet');
  }
}

/** An earlier one that is held stays the one that is waited for. */
function hold(line: Line, { id }: IncomingEnvelope, now: number): void {
  const { held } = line;
  if (held === undefined || held.id === id || isOver(held, now)) line.held = { id, since: now };
}

/** Either way, so that a clock that went back holds nobody for longer. */
function isOver(held: { readonly since: number }, now: number): boolean {
  return Math.abs(now - held.since) >= HOLD_SENDER;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
