import type { Fate } from '../load/tally.ts';
import { type LoadProcess, startLoad } from '../processes.ts';
import { type Measured, runLoad, type Target } from './target.ts';
import { watchServer } from './watch-server.ts';

export interface OverloadTerms {
  readonly clients: number;
  /** They can have more under way than the server answers at once, so that it must tell them. */
  readonly tells: boolean;
  /** As many of them as are not refused, when the peak is measured; all of them without. */
  readonly admitted?: number;
  /** Whether the crowd comes again when it is told, or goes on at once. */
  readonly heeds: boolean;
  readonly factor: number;
  /** Milliseconds of the overload, and of the peak before and after it. */
  readonly overload: number;
  /** Milliseconds in which it is looked what makes the peak, or whether it is reached again. */
  readonly peak: number;
  /** How long it is looked whether the server is itself again. */
  readonly recovery: number;
}

export interface Peak {
  readonly rate: number;
  readonly perCpu: number;
  /** Requests that were refused meanwhile. */
  readonly refused: number;
}

export interface OverloadResult {
  readonly name: string;
  readonly heeds: boolean;
  readonly tells: boolean;
  /** No more clients made the peak than are not refused. */
  readonly admitted: boolean;
  /** Acknowledged messages a second, and a second of the server's CPU: before the overload, and when it is over. */
  readonly peaks: readonly [Peak, Peak];
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
/** Of what was done before the overload. */
export const RECOVERED = 0.9;
const WINDOWS = [1, 2, 4];
/** Requests a second that each client has at least, however little was done at the peak. */
const LEAST_EACH = 2;
const HONEST = { count: 4, from: 200, heeds: true, firstMessage: 100_000_000 } as const;
const HONEST_RATE = 20;

/** Find the peak of a server, offer it many times that, and see how it comes out of it. */
export async function overload(target: Target, terms: OverloadTerms): Promise<OverloadResult> {
  const [load, honest] = [startLoad(), startLoad()];
  const pids = pidsOf(target);
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
    const before = await findPeak(load, target, terms, keep);
    const calm = { milliseconds: terms.peak, rate: HONEST_RATE, patience: PATIENCE };
    const honestBefore = keep(await runLoad(honest, calm));
    const rate = Math.max(terms.factor * before.rate, LEAST_EACH * terms.clients);
    const [[driven, during], used] = await watchServer(pids, () =>
      Promise.all([
        runLoad(load, { milliseconds: terms.overload, rate, patience: PATIENCE }),
        runLoad(honest, { ...calm, milliseconds: terms.overload }),
      ]),
    );
    keep(driven);
    keep(during);
    const recovery = await recover(target, terms, before, keep);
    const after = await measurePeak(load, target, terms, { window: before.window, keep });
    const checked = await settled(target, Uint32Array.from(accepted));
    return {
      name: target.name,
      tells: terms.tells,
      admitted: terms.admitted !== undefined,
      heeds: terms.heeds,
      peaks: [before, after],
      offered: driven.offered / driven.seconds,
      goodput: (driven.acceptedInTime + during.acceptedInTime) / driven.seconds,
      goodputPerCpu: (driven.accepted.length + during.accepted.length) / used.cpu,
      fates: driven.fates,
      statuses: driven.statuses,
      p99: driven.p99,
      honest: { before: honestBefore.p99, during: during.p99, fates: during.fates },
      rssBefore: before.rss,
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

function pidsOf({ pid, helpers }: Target): readonly number[] {
  return [pid, ...helpers];
}

function admittedOf({ admitted }: OverloadTerms): { readonly most?: number } {
  return admitted === undefined ? {} : { most: admitted };
}

/**
 * The most that is done for those who are not refused, for as long as the overload takes: of short times the best one
 * would tell of the machine's luck.
 */
async function findPeak(
  load: LoadProcess,
  target: Target,
  terms: OverloadTerms,
  keep: Keep,
): Promise<Measurement> {
  let best = { window: 1, rate: 0 };
  for (const window of WINDOWS) {
    const tried = await measurePeak(load, target, { ...terms, overload: terms.peak }, { window, keep });
    if (tried.rate > best.rate) best = tried;
  }
  return measurePeak(load, target, terms, { window: best.window, keep });
}

type Keep = (measured: Measured) => Measured;
type Measurement = Peak & { readonly window: number; readonly rss: number };

async function measurePeak(
  load: LoadProcess,
  target: Target,
  terms: OverloadTerms,
  { window, keep }: { readonly window: number; readonly keep: Keep },
): Promise<Measurement> {
  const [measured, used] = await watchServer(pidsOf(target), () =>
    runLoad(load, { milliseconds: terms.overload, window, patience: PATIENCE, ...admittedOf(terms) }),
  );
  keep(measured);
  return {
    window,
    rate: measured.acceptedInTime / measured.seconds,
    perCpu: measured.accepted.length / used.cpu,
    refused: measured.fates.refused,
    rss: used.rss,
  };
}

/** Seconds until others are served as fast as it was before; the crowd of the overload has gone home. */
async function recover(target: Target, terms: OverloadTerms, before: Peak, keep: Keep): Promise<number> {
  const { clients } = terms;
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
    while (since() < terms.recovery) {
      const begun = since();
      const now = await measurePeak(load, target, { ...terms, overload: terms.peak }, { window: 2, keep });
      // Where others work on the machine, what a second of CPU does tells more than what a second does.
      if (Math.max(now.rate / before.rate, now.perCpu / before.perCpu) >= RECOVERED) return begun / 1000;
    }
    return terms.recovery / 1000;
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
