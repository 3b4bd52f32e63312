import { equalBytes } from '@sotto/bytes';
import type { Collector, Road } from '@sotto/client';
import { type AccountId, type Aci, aciOf, isOnionKey, type RelayAddress } from '@sotto/identity';
import { PATH } from '@sotto/protocol';
import { Absence } from './absence.ts';
import type { AskServer } from './ask-server.ts';
import { chooseRelay } from './choose-relay.ts';
import type { Ask } from './connection.ts';
import { decodeCredentials } from './credentials.ts';
import { deliver } from './deliver.ts';
import { enrol } from './enrol.ts';
import { RelayRoadError } from './errors.ts';
import { ForeignRelays } from './foreign-relays.ts';
import { leave } from './leave.ts';
import { MailLine } from './mail-line.ts';
import { OwnRelay } from './own-relay.ts';
import { type PaidAsker, WorkTurns } from './pay-work.ts';
import { countPreKeys, fetchPreKeys, publishPreKeys } from './pre-keys.ts';
import type { ReceiptCredentials } from './receipt-credentials.ts';
import { fetchRecord, publishRecord } from './record.ts';
import type { Reply } from './reply.ts';
import type { Surroundings } from './surroundings.ts';

export interface RelayRoadRequest extends Surroundings {
  readonly receipts: ReceiptCredentials;
  /** Reaches relays that records of others name; without it they are out of reach. */
  readonly through?: AskServer;
}

/**
 * The relay road: Signal's service protocol from the client's side (reference: signal-service §1–§4).
 * Two connections: an authenticated one on which mail comes in, an anonymous one for all that must
 * not say who asks. Enrolling uses connections of its own, and so does a look at one's own record: on
 * the anonymous one it would say who sends there, on the authenticated one the relay could show its
 * owner another record than everybody else. Who wants it so asks through the onion network instead of on
 * the anonymous one, once started.
 *
 * Whoever is at another relay is reached there through the onion network; no relay but this road's own
 * is ever dialled (design §1.4).
 */
export function createRelayRoad(request: RelayRoadRequest): Road {
  const { clock } = request;
  let collector: Collector | undefined;
  const absence = new Absence(clock);
  const closing = new AbortController();
  const work = { clock, random: request.random, turns: new WorkTurns(), signal: closing.signal };
  const foreign = request.through && new ForeignRelays({ ...work, through: request.through });
  let mail: MailLine | undefined;
  let own: Aci | undefined;
  const askAsMyself = async (ask: Ask): Promise<Reply> => (mail ? mail.ask(ask) : { outcome: 'unanswered' });
  const relay = new OwnRelay({
    surroundings: request,
    absence,
    work,
    afar: foreign,
    askAsMyself,
    onAttempt: (distrust) => collector?.distrusted?.(distrust),
  });

  /** Before `start`, the only records looked at are one's own. */
  const isOwn = (account: AccountId) => own === undefined || equalBytes(aciOf(account), own);

  /** Who is asked about an account: its relay, which is mostly one's own. */
  async function askerFor(named: readonly RelayAddress[]): Promise<PaidAsker | undefined> {
    const choice = chooseRelay(request.relay, named);
    if (choice.outcome === 'own') return (await relay.for(named)).paid;
    return choice.outcome === 'foreign' ? foreign?.at(choice.server).paid : undefined;
  }

  return {
    name: 'relay',
    async address() {
      await relay.info.get();
      if (relay.info.last === undefined) return undefined;
      const { onionKey } = relay.info.last;
      // One that no record may hold would be refused by every reader of ours.
      const usable = onionKey !== undefined && isOnionKey(onionKey);
      return { ...request.relay, ...(usable ? { onionKey } : {}) };
    },
    enrol: (enrolment) => enrol({ ...request, signal: closing.signal }, enrolment),
    start(credentials, told) {
      if (mail || closing.signal.aborted) {
        throw new RelayRoadError('already-started', 'a road is started once');
      }
      const login = decodeCredentials(credentials);
      own = login.aci;
      collector = told;
      mail = new MailLine(request, absence, login, told);
    },
    publishRecord: (_, record) => publishRecord(askAsMyself, record),
    publishPreKeys: (keys) => publishPreKeys(askAsMyself, keys),
    countPreKeys: () => countPreKeys(askAsMyself),
    async fetchRecord(account, relays) {
      if (isOwn(account)) return fetchRecord((ask) => relay.askAside(ask), account);
      const asked = await relay.for(relays);
      return fetchRecord((ask) => asked.ask(ask), account);
    },
    async fetchPreKeys(account, access, relays = [], toil) {
      const asker = await askerFor(relays);
      return asker ? fetchPreKeys(asker, { account, access, toil }) : { outcome: 'none' };
    },
    async deliver(delivery, toil) {
      const asker = await askerFor(delivery.relays);
      return asker ? deliver(asker, delivery, toil) : { outcome: 'unreachable' };
    },
    leave: async () => (mail ? leave(mail) : { outcome: 'unreachable' }),
    async probe() {
      const started = clock.now();
      const reply = await (await relay.for()).ask({ verb: 'GET', path: PATH.keepAlive });
      if (reply.outcome === 'answered' && reply.status === 200) {
        return { outcome: 'ok', milliseconds: clock.now() - started };
      }
      const answer = reply.outcome === 'answered' ? `answered ${reply.status}` : 'no answer';
      return { outcome: 'failed', reason: relay.failure ?? answer };
    },
    reach: (access) => relay.reach(access),
    async close() {
      closing.abort();
      absence.end();
      relay.close();
      mail?.close();
    },
  };
}
