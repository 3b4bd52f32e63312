import type { Bytes } from '@sotto/bytes';
import type { Collector, Enrolment, Road } from '@sotto/client';
import { type AccountId, formatAccountId } from '@sotto/identity';
import { HeldMail } from './held-mail.ts';

interface Mailbox {
  readonly keys: Enrolment['keys'];
  record?: Bytes;
  collector?: Collector;
}

/**
 * A road without a network: what is delivered is handed to the other client at once, or held while all are away. It
 * leaves only the clients' own work to be measured. It loses and repeats nothing, and gives out no one-time keys.
 */
export function createLoopback(held = new HeldMail()): () => Road {
  const mailboxes = new Map<string, Mailbox>();
  let delivered = 0;
  return () => {
    let own: Mailbox | undefined;
    const of = (account: AccountId): Mailbox | undefined => mailboxes.get(formatAccountId(account));
    return {
      name: 'relay',
      enrol: async (enrolment) => {
        own = { keys: enrolment.keys };
        mailboxes.set(formatAccountId(enrolment.account), own);
        return { outcome: 'enrolled', credentials: enrolment.accessKey };
      },
      start: (_credentials, collector) => {
        if (own !== undefined) own.collector = collector;
        collector.connected();
        collector.drained();
      },
      publishRecord: async (account, record) => {
        const mailbox = of(account);
        if (mailbox !== undefined) mailbox.record = record;
        return { outcome: 'published' };
      },
      publishPreKeys: async () => ({ outcome: 'published' }),
      countPreKeys: async () => ({ preKeys: 100, kyberPreKeys: 100 }),
      fetchRecord: async (account) => {
        const record = of(account)?.record;
        return record === undefined ? { outcome: 'unknown-account' } : { outcome: 'found', record };
      },
      fetchPreKeys: async () => ({ outcome: 'none' }),
      deliver: async ({ to, messages, timestamp }) => {
        const collector = of(to)?.collector;
        if (collector === undefined) return { outcome: 'unreachable' };
        for (const { bytes } of messages) {
          const id = String(delivered++);
          const handOver = (): Promise<void> =>
            collector.envelope({ id, sealed: bytes, serverTime: timestamp });
          if (held.away) held.add(formatAccountId(to), handOver);
          // As on a real road, the sender does not wait for the recipient.
          else handOver().catch(fail);
        }
        return { outcome: 'stored' };
      },
      leave: async () => ({ outcome: 'published' }),
      probe: async () => ({ outcome: 'ok', milliseconds: 0 }),
      close: async () => undefined,
    };
  };
}

/** Ends the benchmark: a figure with an unopened message in it would be worth nothing. */
function fail(error: unknown): never {
  throw error;
}
