import { type Bytes, toHex } from '@sotto/bytes';
import { formatGroupCredentials, formatUuid } from '@sotto/protocol';
import { DAY, MAX_CREDENTIAL_DAYS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';

/**
 * `GET /v1/certificate/auth/group?redemptionStartSeconds=&redemptionEndSeconds=` (reference: signal-service §7.2): for each
 * day of a range, both ends among them, a credential for groups and one for call links. 400 for a range that does not begin
 * and end with a day, is longer than a week, or is not about now.
 */
export async function groupCredentials(
  context: RelayContext,
  { caller, query }: Call & { caller: Caller },
): Promise<Reply> {
  const { credentials, store, now } = context;
  const days = daysIn(query, now());
  if (days === undefined) return reply(400);
  const refusal = overLimit(context, 'groupCredentials', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const account = await store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  const dated = (issue: (time: number) => Bytes) =>
    days.map((time) => ({ credential: issue(time), redemptionTime: time / 1000 }));
  return jsonReply(
    formatGroupCredentials({
      credentials: dated((time) => credentials.forGroups(account, time)),
      callLinkAuthCredentials: dated((time) => credentials.forCallLinks(account.aci, time)),
      ...(account.phone && { pni: formatUuid(account.phone.pni) }),
    }),
  );
}

/** Beginnings of days, milliseconds: yesterday at the earliest, and not later than a week from tomorrow. */
function daysIn(query: Call['query'], now: number): readonly number[] | undefined {
  const [start, end] = ['redemptionStartSeconds', 'redemptionEndSeconds'].map(
    (name) => secondsIn(query.get(name) ?? '') * 1000,
  );
  if (start === undefined || end === undefined || start % DAY !== 0 || end % DAY !== 0) return undefined;
  const today = Math.floor(now / DAY) * DAY;
  if (start < today - DAY || end > today + (MAX_CREDENTIAL_DAYS + 1) * DAY) return undefined;
  const days = (end - start) / DAY;
  if (days < 0 || days > MAX_CREDENTIAL_DAYS) return undefined;
  return Array.from({ length: days + 1 }, (_, index) => start + index * DAY);
}

/** NaN for anything else, which is no multiple of a day. */
function secondsIn(text: string): number {
  return /^[0-9]{1,12}$/.test(text) ? Number(text) : Number.NaN;
}
