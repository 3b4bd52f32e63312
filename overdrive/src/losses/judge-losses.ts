import { type Finding, zeroOf } from '../finding.ts';
import type { LossCount } from './verdict.ts';

export function judgeLosses(
  about: string,
  { trials, missing, repeated, fewer, overclaimed, clients, cutOff }: LossCount,
): readonly Finding[] {
  const bad = missing.length + repeated.length;
  const findings: Finding[] = [
    {
      about: `swarm of seven: ${about}`,
      what: 'called durable, and lost or come twice',
      measured: bad === 0 ? zeroOf(trials) : `${bad} of ${trials}: ${[...missing, ...repeated][0]}`,
      bound: 'none',
      good: bad === 0 && trials > 0,
    },
    {
      about: `swarm of seven: ${about}`,
      what: 'clients of whose guards one lives, and has a message alone',
      measured: `${cutOff} of ${clients}`,
      bound: 'told',
      good: true,
    },
  ];
  if (fewer === 0) return findings;
  const measured = overclaimed === 0 ? zeroOf(fewer) : `${overclaimed} of ${fewer}`;
  const what = 'called durable with fewer than five';
  return [
    ...findings,
    { about: `swarm of seven: ${about}`, what, measured, bound: 'none', good: overclaimed === 0 },
  ];
}
