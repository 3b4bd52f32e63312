import type { Bytes } from '@sotto/bytes';
import type { FetchRecordOutcome, PublishOutcome } from '@sotto/client';
import { type AccountId, aciOf, formatAci } from '@sotto/identity';
import { HEADER, MAX_RECORD_BYTES, PATH } from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { publishOutcomeOf } from './publish-outcome.ts';
import { isBusy, type Reply, unreachable } from './reply.ts';

/** Put one's own signed record where everybody can fetch it. */
export async function publishRecord(
  ask: (ask: Ask) => Promise<Reply>,
  record: Bytes,
): Promise<PublishOutcome> {
  const headers = { [HEADER.contentType]: 'application/octet-stream' };
  return publishOutcomeOf(await ask({ verb: 'PUT', path: PATH.record, headers, body: record }));
}

/** Fetch somebody's record, unverified. Bytes that cannot be a record count as no answer. */
export async function fetchRecord(
  ask: (ask: Ask) => Promise<Reply>,
  account: AccountId,
): Promise<FetchRecordOutcome> {
  const reply = await ask({ verb: 'GET', path: PATH.recordOf(formatAci(aciOf(account))) });
  if (reply.outcome !== 'answered') return unreachable(reply);
  const { status, body, retryAfter } = reply;
  if (status === 404) return { outcome: 'unknown-account' };
  if (isBusy(status)) return { outcome: 'busy', retryAfter };
  if (status !== 200 || body.length === 0 || body.length > MAX_RECORD_BYTES)
    return { outcome: 'unreachable' };
  return { outcome: 'found', record: body };
}
