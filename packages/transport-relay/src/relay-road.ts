import { equalBytes } from '@sotto/bytes';
import type { Road } from '@sotto/client';
import { type AccountId, type Aci, aciOf } from '@sotto/identity';
import { PATH } from '@sotto/protocol';
import { AnonymousLine } from './anonymous-line.ts';
import type { Ask } from './connection.ts';
import { decodeCredentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { enrol } from './enrol.ts';
import { RelayRoadError } from './errors.ts';
import { leave } from './leave.ts';
import { MailLine } from './mail-line.ts';
import { PaidAsker } from './pay-work.ts';
import { countPreKeys, fetchPreKeys, publishPreKeys } from './pre-keys.ts';
import type { ReceiptCredentials } from './receipt-credentials.ts';
import { fetchRecord, publishRecord } from './record.ts';
import { RelayInfoCache } from './relay-info.ts';
import type { Reply } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

export interface RelayRoadRequest extends Surroundings {
  readonly receipts: ReceiptCredentials;
}

/**
 * The relay road: Signal's service protocol from the client's side (reference: signal-service §1–§4).
 * Two connections: an authenticated one on which mail comes in, an anonymous one for all that must
 * not say who asks. Enrolling uses connections of its own, and so does a look at one's own record: on
 * the anonymous one it would say who sends there, on the authenticated one the relay could show its
 * owner another record than everybody else.
 */
export function createRelayRoad(request: RelayRoadRequest): Road {
  const { clock } = request;
  const anonymous = new AnonymousLine(request);
  const askAnonymously = (ask: Ask) => anonymous.ask(ask);
  const paid = new PaidAsker(request, new RelayInfoCache(clock, askAnonymously), askAnonymously);
  const closing = new AbortController();
  const asides = new Set<AnonymousLine>();
  let mail: MailLine | undefined;
  let own: Aci | undefined;
  const askAsMyself = async (ask: Ask): Promise<Reply> => (mail ? mail.ask(ask) : { outcome: 'unanswered' });

  async function askAside(ask: Ask): Promise<Reply> {
    if (closing.signal.aborted) return { outcome: 'unanswered' };
    const line = new AnonymousLine(request);
    asides.add(line);
    try {
      return await line.ask(ask);
    } finally {
      asides.delete(line);
      line.close();
    }
  }

  /** Before `start`, the only records looked at are one's own. */
  const isOwn = (account: AccountId) => own === undefined || equalBytes(aciOf(account), own);

  return {
    name: 'relay',
    enrol: (enrolment) => enrol({ ...request, signal: closing.signal }, enrolment),
    start(credentials, collector) {
      if (mail || closing.signal.aborted) {
        throw new RelayRoadError('already-started', 'a road is started once');
      }
      const login = decodeCredentials(credentials);
      own = login.aci;
      mail = new MailLine(request, login, collector);
    },
    publishRecord: (_, record) => publishRecord(askAsMyself, record),
    publishPreKeys: (keys) => publishPreKeys(askAsMyself, keys),
    countPreKeys: () => countPreKeys(askAsMyself),
    fetchRecord: (account) => fetchRecord(isOwn(account) ? askAside : askAnonymously, account),
    fetchPreKeys: (account, access) => fetchPreKeys(paid, account, access),
    deliver: (delivery) => deliver(paid, delivery),
    leave: async () => (mail ? leave(mail) : { outcome: 'unreachable' }),
    async probe() {
      const started = clock.now();
      const reply = await anonymous.ask({ verb: 'GET', path: PATH.keepAlive });
      if (reply.outcome === 'answered' && reply.status === 200) {
        return { outcome: 'ok', milliseconds: clock.now() - started };
      }
      const answer = reply.outcome === 'answered' ? `answered ${reply.status}` : 'no answer';
      return { outcome: 'failed', reason: anonymous.failure ?? answer };
    },
    async close() {
      closing.abort();
      paid.close();
      anonymous.close();
      for (const line of asides) line.close();
      mail?.close();
    },
  };
}
