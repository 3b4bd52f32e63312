import { randomUUID } from 'node:crypto';
import { MAIL_CLASSES } from '@sotto/mailbox';
import { type DataReport, formatDataReport } from '@sotto/protocol';
import { DAY } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { readHoldings } from '../../store/holdings.ts';
import { writeReport } from './write-report.ts';

/**
 * `GET /v2/accounts/data_report`: what is stored about the account (reference: signal-service §2.5). The members are Signal's,
 * and the text has all the rest as well: what the ledger page explains, column for column.
 */
export async function dataReport(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const { store, now } = context;
  const account = await store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  const report = { reportId: randomUUID(), reportTimestamp: now(), data: dataOf(account) };
  const holdings = await store.read(() => readHoldings(caller.aci));
  const text = writeReport(report, { holdings, mail: await mailOf(context, account) });
  return jsonReply(formatDataReport({ ...report, text }));
}

function dataOf({ unrestrictedAccess, phone, devices }: StoredAccount): DataReport['data'] {
  return {
    account: {
      badges: [],
      allowSealedSenderFromAnyone: unrestrictedAccess,
      findAccountByPhoneNumber: phone?.discoverable ?? false,
    },
    devices: devices.map(({ id, lastSeenDay, createdDay }) => ({
      id,
      lastSeen: lastSeenDay * DAY,
      created: createdDay * DAY,
    })),
  };
}

function mailOf({ mailbox }: RelayContext, { aci, devices }: StoredAccount) {
  return Promise.all(
    devices.flatMap(({ id: device }) =>
      MAIL_CLASSES.map(async (mailClass) => ({
        device,
        mailClass,
        ...(await mailbox.use({ account: aci, device }, mailClass)),
      })),
    ),
  );
}
