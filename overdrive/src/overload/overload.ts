import type { Fate } from '../load/tally.ts';
import { startLoad } from '../processes.ts';
import { type Measured, runLoad, type Target } from './target.ts';
import { watchServer } from './watch-server.ts';

export interface OverloadTerms {
  readonly clients: number;
  /** As many of them as are not refused, when the peak is measured; all of them without. */
  readonly admitted?: number;
  /** Whether the crowd comes again when it is told, or goes on at once. */
  readonly heeds: boolean;
  readonly factor: number;
  /** Milliseconds of the overload, and of each measurement of the peak. */
  readonly overload: number;
  readonly peak: number;
  /** How long it is looked whether the server is itself again. */
  readonly recovery: number;
}

export interface OverloadResult {
  readonly name: string;
  readonly heeds: boolean;
  readonly tells: boolean;
  /** Acknowledged messages a second, and a second of the server's CPU, before the overload. */
  readonly peak: number;
  readonly peakPerCpu: number;
  /** Requests that were due each second, and the same two while they were. */
  readonly offered: number;
  readonly goodput: number;
  readonly goodputPerCpu: number;
  readonly fates: Readonly<Record<Fate, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  /** Milliseconds, of what was accepted. */
  readonly p99: number;
  /** Milliseconds of somebody who asks now and then, before the overload and during it. */
  readonly honest: {
    readonly before: number;
    readonly during: number;
    readonly fates: Readonly<Record<Fate, number>>;
  };
  readonly rssBefore: number;
  readonly rssMost: number;
  /** Seconds after the overload until the peak was reached again, nearly. */
  readonly recovery: number;
  /** Seconds of CPU that each of its processes had in each second of the overload. */
  readonly share: number;
  readonly accepted: number;
  readonly missing: number;
  readonly repeated: number;
}

const PATIENCE = 10_000;
const RECOVERED = 0.9;
/** An attempt to be as fast as before. */
const SLICE = 1_000;
const WINDOWS = [1, 2, 4];
/** Requests a second that each client has at least, however little was done at the peak. */
const LEAST_EACH = 2;
const HONEST = { count: 4, from: 200, heeds: true, firstMessage: 100_000_000 } as const;
const HONEST_RATE = 20;

/** Find the peak of a server, offer it many times that, and see how it comes out of it. */
export async function overload(target: Target, terms: OverloadTerms): Promise<OverloadResult> {
  const [load, honest] = [startLoad(), startLoad()];
  const pids = [target.pid, ...target.helpers];
  const accepted: number[] = [];
  const keep = (measured: Measured): Measured => {
    for (const message of measured.accepted) accepted.push(message);
    return measured;
  };
  try {
    await target.crowd(load, {
      count: terms.clients,
      from: 1,
      heeds: terms.heeds,
      firstMessage: 1,
      early: true,
    });
    await target.crowd(honest, HONEST);
    const best = { rate: 0, perCpu: 0, rss: 0 };
    for (const window of WINDOWS) {
      const [measured, used] = await watchServer(pids, () =>
        runLoad(load, { milliseconds: terms.peak, window, patience: PATIENCE, ...admittedOf(terms) }),
      );
      keep(measured);
      best.rate = Math.max(best.rate, measured.acceptedInTime / measured.seconds);
      best.perCpu = Math.max(best.perCpu, measured.accepted.length / used.cpu);
      best.rss = Math.max(best.rss, used.rss);
    }
    const calm = { milliseconds: terms.peak, rate: HONEST_RATE, patience: PATIENCE };
    const before = keep(await runLoad(honest, calm));
    const rate = Math.max(terms.factor * best.rate, LEAST_EACH * terms.clients);
    const [[driven, during], used] = await watchServer(pids, () =>
      Promise.all([
        runLoad(load, { milliseconds: terms.overload, rate, patience: PATIENCE }),
        runLoad(honest, { ...calm, milliseconds: terms.overload }),
      ]),
    );
    keep(driven);
    keep(during);
    const recovery = await recover(target, terms, best, keep);
    const checked = await settled(target, Uint32Array.from(accepted));
    return {
      name: target.name,
      tells: target.tells,
      heeds: terms.heeds,
      peak: best.rate,
      peakPerCpu: best.perCpu,
      offered: driven.offered / driven.seconds,
      goodput: (driven.acceptedInTime + during.acceptedInTime) / driven.seconds,
      goodputPerCpu: (driven.accepted.length + during.accepted.length) / used.cpu,
      fates: driven.fates,
      statuses: driven.statuses,
      p99: driven.p99,
      honest: { before: before.p99, during: during.p99, fates: during.fates },
      rssBefore: best.rss,
      rssMost: used.rss,
      recovery,
      share: used.cpu / driven.seconds / pids.length,
      accepted: accepted.length,
      ...checked,
    };
  } finally {
    load.end();
    honest.end();
  }
}

function admittedOf({ admitted }: OverloadTerms): { readonly most?: number } {
  return admitted === undefined ? {} : { most: admitted };
}

/** Seconds until others are served as fast as it was before; the crowd of the overload has gone home. */
async function recover(
  target: Target,
  terms: OverloadTerms,
  best: { readonly rate: number; readonly perCpu: number },
  keep: (measured: Measured) => Measured,
): Promise<number> {
  const { clients, recovery } = terms;
  const started = performance.now();
  const load = startLoad();
  const since = (): number => performance.now() - started;
  try {
    await target.crowd(load, {
      count: terms.admitted ?? clients,
      from: 100,
      heeds: true,
      firstMessage: 200_000_000,
    });
    while (since() < recovery) {
      const begun = since();
      const [measured, used] = await watchServer([target.pid, ...target.helpers], () =>
        runLoad(load, { milliseconds: SLICE, window: 2, patience: PATIENCE, ...admittedOf(terms) }),
      );
      keep(measured);
      const rate = measured.acceptedInTime / measured.seconds / best.rate;
      // Where others work on the machine, what a second of CPU does tells more than what a second does.
      const perCpu = measured.accepted.length / used.cpu / best.perCpu;
      if (Math.max(rate, perCpu) >= RECOVERED) return begun / 1000;
    }
    return recovery / 1000;
  } finally {
    load.end();
  }
}

/** Deliveries may still be on their way. */
async function settled(
  target: Target,
  accepted: Uint32Array,
): Promise<{ missing: number; repeated: number }> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const checked = await target.check(accepted);
    if (checked.missing === 0 || performance.now() > end) return checked;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
