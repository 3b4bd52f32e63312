/**
 * Loaded into a process of the product with `--import`, before anything of it runs: shifts its clock, and
 * kills it when a message passes a stop. What to do stands in a small file, so that it can be changed while
 * the process runs. The product knows nothing of this.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Moment, Observer, Stop } from '@sotto/bytes';

interface Control {
  /** Counts what was written. */
  readonly version?: number;
  /** Milliseconds that this process believes it is later than it is. */
  readonly clock?: number;
  readonly crash?: {
    readonly stop: Stop;
    readonly moment: Moment;
    /** At the how manieth passing, from 1. */
    readonly pass: number;
  };
}

const LOOK_EVERY_MS = 50;

const path = process.env['CHAOS_CONTROL'];
let control: Control = {};
let readAt = -1;
let left = 0;

function look(): void {
  if (path === undefined) return;
  try {
    const { mtimeMs } = statSync(path);
    if (mtimeMs === readAt) return;
    control = JSON.parse(readFileSync(path, 'utf8')) as Control;
    readAt = mtimeMs;
  } catch {
    // Not there yet, or just being replaced: the next look finds it.
    return;
  }
  left = control.crash?.pass ?? 0;
  // Whoever gave an order waits for this before a message passes.
  writeFileSync(`${path}.heard`, String(control.version));
}

const observer: Observer = (stop, moment) => {
  const { crash } = control;
  if (crash === undefined || left === 0 || crash.stop !== stop || crash.moment !== moment) return;
  left--;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};

/** Monotonic time is left alone, as it is by whoever sets the clock of a machine. */
function shiftClock(): void {
  const RealDate = Date;
  const now = (): number => RealDate.now() + (control.clock ?? 0);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}

if (path !== undefined) {
  look();
  shiftClock();
  (globalThis as Record<symbol, unknown>)[Symbol.for('sotto.observer')] = observer;
  setInterval(look, LOOK_EVERY_MS).unref();
}
