import { acceptRecord, accountIdFromBytes } from '@sotto/identity';
import { MAX_RECORD_BYTES, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { tryParseAci } from '../http/authenticate.ts';
import { bytesReply, type Call, type Caller, type Reply, reply } from '../http/call.ts';
import { overLimitOfAddress } from '../limits/over-limit.ts';
import { holdsLogin, readAccount } from '../store/accounts.ts';
import { readRecord, storeRecord } from '../store/records.ts';

/**
 * `PUT /v1/sotto/record`: the account's signed record, kept byte for byte. Judged as any reader
 * would, against the one stored: 409 for a rollback or fork, 422 for one that does not hold.
 */
export async function putRecord(context: RelayContext, call: Call & { caller: Caller }): Promise<Reply> {
  if (call.body.length > MAX_RECORD_BYTES) return reply(STATUS.tooLarge);
  const { aci } = call.caller;
  const status = await context.store.write(function* () {
    // Judged inside the write, so that of two racing revisions the second is compared with the first.
    const account = yield* readAccount(aci);
    if (account === undefined || !(yield* holdsLogin(call.caller))) return 401;
    const pinned = yield* readRecord(aci);
    const judged = acceptRecord({
      account: accountIdFromBytes(account.identityKey),
      now: context.now(),
      ...(pinned && { pinned }),
      incoming: call.body,
    });
    switch (judged.outcome) {
      case 'accepted':
        yield* storeRecord(aci, call.body);
        return 204;
      case 'same':
        return 204;
      case 'rolled-back':
      case 'forked':
      case 'version-lowered':
        return 409;
      default:
        return STATUS.unprocessable;
    }
  });
  return reply(status);
}

/** `GET /v1/sotto/record/{aci}`: as it was put. The reader verifies; the relay vouches for nothing. */
export async function getRecord(context: RelayContext, { parameters, from }: Call): Promise<Reply> {
  const refusal = overLimitOfAddress(context, 'records', from);
  if (refusal !== undefined) return refusal;
  const aci = tryParseAci(parameters[0] ?? '');
  const record = aci === undefined ? undefined : await context.store.read(() => readRecord(aci));
  return record === undefined ? reply(404) : bytesReply(record);
}
