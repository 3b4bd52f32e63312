import type { CheckValue } from '@sotto/local-api';
import type { OnionExamination } from '@sotto/transport-onion';
import { describeClock } from './check-clock.ts';

const HOUR_MS = 3_600_000;

/** The onion road's lines of `doctor`. */
export function describeOnion(found: OnionExamination, now: number): readonly CheckValue[] {
  const { list, guards, clockOffset } = found;
  return [
    {
      check: 'directory',
      ok: true,
      detail: `${list.nodes} storage nodes, signed ${describeAge(now + clockOffset - list.issuedAt)}`,
    },
    {
      check: 'guards',
      ok: guards.alive > 0,
      detail: `${guards.alive} of ${guards.chosen} answer`,
      ...(guards.alive > 0 ? {} : { hint: 'check the connection of this machine' }),
    },
    describeClock('onion clock', -clockOffset, {
      whose: "the storage nodes'",
      hint: 'set the clock of this machine',
    }),
    describeRecord(found),
  ];
}

function describeRecord({ record: { storedOn, of, durable } }: OnionExamination): CheckValue {
  const check = 'record in its swarm';
  const detail = `stored on ${storedOn} of ${of}`;
  if (durable) return { check, ok: true, detail };
  const hint = 'a running daemon stores it again; until then few can find this account by the onion road';
  return { check, ok: false, detail: `${detail}, too few to count on`, hint };
}

/** In the coarsest words that say enough. */
function describeAge(milliseconds: number): string {
  const hours = Math.floor(milliseconds / HOUR_MS);
  if (hours < 1) return 'within the last hour';
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
