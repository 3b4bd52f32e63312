import type { CheckValue } from '@sotto/local-api';
import type { OnionExamination } from '@sotto/transport-onion';
import { describeClock } from './check-clock.ts';

const HOUR_MS = 3_600_000;

/** Most networks change more often than that, so somebody may be keeping newer lists from us. */
const OLD_LIST_MS = 90 * 24 * HOUR_MS;

/** The onion road's lines of `doctor`. */
export function describeOnion(found: OnionExamination, now: number): readonly CheckValue[] {
  const { list, guards, clockOffset } = found;
  return [
    describeList(list, now + clockOffset - list.issuedAt),
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

/** No list ends, so an old one is not wrong; but its age is the only sign of changes that are held back. */
function describeList({ nodes, seen }: OnionExamination['list'], age: number): CheckValue {
  const how = seen ? 'seen' : 'signed';
  const line = { check: 'directory', ok: true, detail: `${nodes} storage nodes, ${how} ${describeAge(age)}` };
  if (age < OLD_LIST_MS) return line;
  const hint =
    'an old list: newer ones may be held back from this profile; ask others how old theirs is, and give a newer one with `sotto account network`';
  return { ...line, hint };
}

function describeRecord({ record }: OnionExamination): CheckValue {
  const { storedOn, answered, of, durable } = record;
  const check = 'record in its swarm';
  if (answered === 0) {
    const hint = 'whether people can find this account by the onion road shows when a path works again';
    return { check, ok: false, detail: `none of its ${of} storage nodes could be asked`, hint };
  }
  const silent = answered < of ? `, ${of - answered} could not be asked` : '';
  const detail = `stored on ${storedOn} of ${of}${silent}`;
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
