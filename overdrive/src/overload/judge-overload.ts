import { type Finding, MIB, mib, zeroOf } from '../finding.ts';
import { type OverloadResult, RECOVERED } from './overload.ts';

const GOODPUT = 0.8;
/** Of the peak by time: a server that rests uses its CPU well. */
const LEAST = 0.5;
const RECOVERY = 10;
const GROWTH = 256 * MIB;
const P99 = 1_000;

/** What must hold on every machine, however busy: nothing silent, nothing lost, memory bounded. */
export function judgeWords(result: OverloadResult): readonly Finding[] {
  const { fates, offered, tells, accepted, missing, repeated, rssBefore, rssMost } = result;
  const about = aboutOf(result);
  const asked = Object.values(fates).reduce((sum, count) => sum + count, 0);
  const wordless = fates.silent + fates.cut + fates.wordless;
  const told = fates.refused + fates.closed + fates.told;
  return [
    {
      about,
      what: 'requests without a word',
      measured:
        wordless === 0
          ? zeroOf(asked)
          : `${fates.silent} silent, ${fates.cut} cut, ${fates.wordless} other of ${asked}`,
      bound: 'none',
      good: wordless === 0,
    },
    {
      about,
      what: 'told to come again, and held back',
      measured: `${told} and ${fates.held} of ${asked}, ${Math.round(offered)}/s`,
      bound: tells ? 'some told' : 'some',
      good: told + (tells ? 0 : fates.held) > 0,
    },
    {
      about,
      what: 'acknowledged and lost, or come twice',
      measured: missing + repeated === 0 ? zeroOf(accepted) : `${missing} and ${repeated} of ${accepted}`,
      bound: 'none',
      good: accepted > 0 && missing + repeated === 0,
    },
    {
      about,
      what: 'memory, at the peak and beyond',
      measured: `${mib(rssBefore)}, ${mib(rssMost)}`,
      bound: `+${mib(GROWTH)}`,
      good: rssMost - rssBefore <= GROWTH,
    },
  ];
}

/**
 * What a quiet machine must show. Where others work on it, a second of the server's CPU is compared in the place
 * of a second.
 */
export function judgeSpeed(result: OverloadResult): readonly Finding[] {
  const { goodput, goodputPerCpu, p99, share, recovery, heeds, honest, admitted } = result;
  const about = aboutOf(result);
  const [before, after] = result.peaks;
  const bySecond = goodput / typical(before.rate, after.rate);
  const byCpu = goodputPerCpu / typical(before.perCpu, after.perCpu);
  const refused = before.refused + after.refused;
  const speed: Finding[] = [
    {
      about,
      what: 'goodput of the peak, by time and by CPU',
      measured: `${percent(bySecond)}, ${percent(byCpu)} of ${Math.round(before.rate)} and ${Math.round(after.rate)}/s`,
      bound: `≥ ${percent(GOODPUT)} of one, ${percent(LEAST)} by time`,
      good: Math.max(bySecond, byCpu) >= GOODPUT && bySecond >= LEAST,
    },
    {
      about,
      what: 'refused at the peaks, before and after',
      measured: `${before.refused} and ${after.refused}`,
      bound: admitted ? 'none' : 'told',
      good: !admitted || refused === 0,
    },
    {
      about,
      what: 'back at the peak after',
      measured: `${recovery.toFixed(1)} s`,
      bound: `≤ ${RECOVERY} s`,
      good: recovery <= RECOVERY,
    },
    {
      about,
      what: 'somebody else beside it, p99 before and during',
      measured: `${honest.before.toFixed(0)} and ${honest.during.toFixed(0)} ms, ${honest.fates.accepted} accepted, ${honest.fates.refused} refused`,
      bound: 'told',
      good: true,
    },
  ];
  // Who does not listen has filled its own connections, and waits for them.
  if (!heeds) return speed;
  const whole = p99 * Math.min(1, share);
  const measured = `${p99.toFixed(0)} ms, with ${share.toFixed(2)} of a core`;
  return [
    ...speed,
    { about, what: 'p99 of accepted', measured, bound: `≤ ${P99} ms of a core`, good: whole <= P99 },
  ];
}

/**
 * A machine is not as fast in one half minute as in the next, and the overload lies between the two. A server that is
 * slower after it than counts as recovered may owe that to it, and is held to what it did before.
 */
function typical(before: number, after: number): number {
  return after < RECOVERED * before ? before : (before + after) / 2;
}

function aboutOf({ name, heeds }: OverloadResult): string {
  return heeds ? name : `${name}, of deaf clients`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
