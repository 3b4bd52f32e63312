import { median, ratioOf } from '../figures/figure.ts';
import type { Verdict } from '../figures/goals.ts';
import { align } from '../figures/print-table.ts';
import { percentile } from '../measure.ts';
import type { Typed, WebResult } from './measure-web.ts';

const FRAME_MS = 1_000 / 60;
const NOISE = 0.25;

/** Absolute, as a person's patience is: milliseconds from a key to its glyph. */
const GOAL = { id: 'W1-key', atMost: 20 } as const;

export interface WebJudged {
  readonly id: string;
  readonly ratio?: number;
  readonly verdict: Verdict;
}

/** A floor that itself is late, or turns that differ much, mean that the machine was busy. */
export function judgeWeb(result: WebResult | undefined): WebJudged {
  const { id } = GOAL;
  if (result === undefined) return { id, verdict: 'skipped' };
  const turns = result.ours.map(lateKey);
  const ratio = median(turns);
  if (ratio <= GOAL.atMost) return { id, ratio, verdict: 'passed' };
  const floor = median(result.theirs.map(lateKey));
  const noisy = floor > GOAL.atMost || turns.some((turn) => Math.abs(turn - ratio) > ratio * NOISE);
  return { id, ratio, verdict: noisy ? 'noisy' : 'missed' };
}

/** The page's line of the table. */
export function webRow(result: WebResult | undefined): readonly string[] {
  const { id, verdict } = judgeWeb(result);
  const name = 'page, key to glyph in a chat of 10,000, p95';
  const goal = `${id} ≤ ${GOAL.atMost} ms`;
  if (result === undefined) return [name, '–', 'plain page', '–', goal, `${verdict}: there is no Chromium`];
  const [ours, theirs] = [result.ours.map(lateKey), result.theirs.map(lateKey)];
  const { median: middle, least, most } = ratioOf({ ours, theirs });
  const ratio = `${middle.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
  return [
    name,
    `${median(ours).toFixed(1)} ms`,
    `plain page: ${median(theirs).toFixed(1)} ms`,
    ratio,
    goal,
    verdict,
  ];
}

function lateKey({ keys }: Typed): number {
  return percentile(keys, 95);
}

/** What the page costs, beside a plain one. */
export function printWeb(result: WebResult | undefined): string {
  if (result === undefined) return '\nweb: skipped, there is no Chromium (SOTTO_CHROMIUM)\n';
  const { messages, loads, ours, theirs, memory, bundle } = result;
  const middle = (part: 'paint' | 'ready' | 'open'): string =>
    `${median(loads.map((load) => load[part])).toFixed(0)} ms`;
  const row = (name: string, of: (typed: readonly Typed[]) => number, unit = ''): readonly string[] => {
    const [us, them] = [of(ours), of(theirs)];
    return [name, us.toFixed(1) + unit, them.toFixed(1) + unit, them === 0 ? '–' : (us / them).toFixed(2)];
  };
  const keys = (percent: number) => (typed: readonly Typed[]) =>
    percentile(
      typed.flatMap((turn) => turn.keys),
      percent,
    );
  const rows = [
    [`page, chat of ${messages} messages`, 'ours', 'plain page', 'ratio'],
    ['first paint', middle('paint'), '', ''],
    ['chat list shown', middle('ready'), '', ''],
    ['big chat opened', middle('open'), '', ''],
    row('key to glyph, p50', keys(50), ' ms'),
    row('key to glyph, p95', keys(95), ' ms'),
    row('keys of 16 ms and more by Event Timing', slowKeys, ' %'),
    row('frames dropped while scrolling', dropped, ' %'),
    [
      'heap',
      `${megabytes(memory.ours.heap)} MB`,
      `${megabytes(memory.theirs.heap)} MB`,
      (memory.ours.heap / memory.theirs.heap).toFixed(2),
    ],
    [
      'nodes of the document',
      `${memory.ours.nodes}`,
      `${memory.theirs.nodes}`,
      (memory.ours.nodes / memory.theirs.nodes).toFixed(2),
    ],
    [
      'bundle',
      `${kilobytes(bundle.raw)} kB, gzip ${kilobytes(bundle.gzip)} kB, ${bundle.files} files`,
      '',
      '',
    ],
  ];
  return `\n${align(rows)}\n`;
}

function slowKeys(typed: readonly Typed[]): number {
  const keys = typed.reduce((sum, turn) => sum + turn.keys.length, 0);
  return (100 * typed.reduce((sum, turn) => sum + turn.events.length, 0)) / keys;
}

function dropped(typed: readonly Typed[]): number {
  const gaps = typed.flatMap((turn) => turn.gaps);
  const missed = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0);
  return (100 * missed) / (gaps.length + missed);
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const kilobytes = (bytes: number): string => (bytes / 1e3).toFixed(0);
