import { type Finding, MIB, mib } from '../finding.ts';
import type { Beside } from './beside.ts';
import type { NeverReading } from './never-reading.ts';

const KIB = 1024;
const PER_SOCKET = 30 * KIB;
const SLOWER = 2;
/** Below this a p99 says more of the machine than of the server. Milliseconds. */
const QUICK = 100;
/** The relay's own budget for what sockets have not read, and what reading it from the disk leaves. */
const UNREAD = 384 * MIB;

export function judgeIdle(
  { rssBefore, rssAfter, open }: Beside & { readonly open: number },
  wanted: number,
): readonly Finding[] {
  const each = (rssAfter - rssBefore) / open;
  return [
    {
      about: 'idle sockets',
      what: 'open at once',
      measured: `${open}`,
      bound: `${wanted}`,
      good: open === wanted,
    },
    {
      about: 'idle sockets',
      what: 'memory of each, with TLS',
      measured: `${(each / KIB).toFixed(1)} KiB`,
      bound: `≤ ${PER_SOCKET / KIB} KiB`,
      good: each <= PER_SOCKET,
    },
  ];
}

export function judgePolls(
  {
    rssBefore,
    rssAfter,
    waiting,
    wordless,
  }: Beside & { readonly waiting: number; readonly wordless: number },
  wanted: number,
): readonly Finding[] {
  const growth = mib(rssAfter - rssBefore);
  return [
    {
      about: 'long polls',
      what: 'held at once, and refused without a word',
      measured: `${waiting} of ${wanted}, ${wordless}; +${growth}`,
      bound: 'some, none',
      good: waiting > 0 && wordless === 0,
    },
  ];
}

export function judgeBeside(
  about: string,
  { p99Before, p99During, answered, offered }: Beside,
): readonly Finding[] {
  return [
    {
      about,
      what: 'somebody else beside them, p99 before and during',
      measured: `${p99Before.toFixed(0)} and ${p99During.toFixed(0)} ms, ${answered} of ${offered} accepted`,
      bound: `≤ ${SLOWER} ×, or ${QUICK} ms`,
      good: answered > 0 && p99During <= Math.max(QUICK, SLOWER * p99Before),
    },
  ];
}

export function judgeNeverReading(
  { rssBefore, rssMost, connected, ended, after }: NeverReading,
  longest: number,
): readonly Finding[] {
  return [
    {
      about: 'full mailboxes, nobody reads',
      what: 'hung up on',
      measured: `${ended} of ${connected} after ${after.toFixed(1)} s`,
      bound: `all, ≤ ${longest / 1000} s`,
      good: ended >= connected && after * 1000 <= longest,
    },
    {
      about: 'full mailboxes, nobody reads',
      what: 'memory meanwhile',
      measured: `${mib(rssBefore)}, ${mib(rssMost)}`,
      bound: `+${mib(UNREAD)}`,
      good: rssMost - rssBefore <= UNREAD,
    },
  ];
}
