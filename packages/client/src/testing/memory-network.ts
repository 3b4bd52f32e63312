import { type Bytes, equalBytes, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { type AccountId, formatAccountId } from '@sotto/identity';
import type {
  Access,
  Collector,
  DeliverOutcome,
  Enrolment,
  IncomingEnvelope,
  RelayAccess,
  Road,
} from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Clock, RandomBytes } from '../ports/system.ts';
import type { KeptAccount, MemoryNetwork, RoadOperation } from './memory-network-types.ts';
import { travel } from './travel.ts';

interface Connection {
  readonly account: AccountKey;
  /** A device that was set up anew has another; the old one is not let in any more. */
  readonly registrationId: number;
  readonly collector: Collector;
  dead: boolean;
  /** Handed over and not yet acknowledged. */
  readonly open: Set<string>;
  up: boolean;
  drained: boolean;
}

/** Before a collector that rejected gets its mail again, and after a connection was lost. */
const RECONNECT = 1_000;

export function createMemoryNetwork(parts: {
  readonly clock: Clock;
  readonly random: RandomBytes;
}): MemoryNetwork {
  const { clock, random } = parts;
  const accounts = new Map<AccountKey, KeptAccount>();
  const connections = new Set<Connection>();
  let down = false;

  function mayWrite(account: KeptAccount, access: Access): boolean {
    return access.kind === 'stranger' || equalBytes(access.accessKey, account.accessKey);
  }

  function connectionOf(account: AccountKey): Connection | undefined {
    return [...connections].find((each) => each.account === account && each.up && !each.dead);
  }

  function authorised({ account, registrationId }: Connection): KeptAccount | undefined {
    const kept = accounts.get(account);
    return kept?.registrationId === registrationId ? kept : undefined;
  }

  function connect(connection: Connection): void {
    if (connection.dead || connection.up || down) return;
    if (authorised(connection) === undefined) {
      hangUp(connection);
      return;
    }
    connection.up = true;
    connection.drained = false;
    connection.collector.connected();
    pump(connection);
  }

  function hangUp(connection: Connection): void {
    connection.up = false;
    connection.open.clear();
    connection.collector.stopped('credentials-revoked');
  }

  function disconnect(connection: Connection): void {
    if (connection.dead || !connection.up) return;
    connection.up = false;
    connection.open.clear();
    connection.collector.disconnected();
    clock.after(RECONNECT, () => connect(connection));
  }

  function pump(connection: Connection): void {
    if (connection.dead || !connection.up) return;
    const account = accounts.get(connection.account);
    for (const envelope of account?.queue ?? []) {
      if (connection.open.has(envelope.id)) continue;
      connection.open.add(envelope.id);
      hand(connection, envelope);
      const [chance = 255] = random(1);
      if (chance < network.duplicates) hand(connection, envelope);
    }
    if ((account?.queue.length ?? 0) > 0 || connection.drained) return;
    connection.drained = true;
    connection.collector.drained();
  }

  function hand(connection: Connection, envelope: IncomingEnvelope): void {
    connection.collector.envelope(envelope).then(
      async () => {
        const fate = await network.fate('collect');
        // An acknowledgement of a connection that is gone counts for nothing.
        if (fate !== 'arrives' || !connection.up || connection.dead) return disconnect(connection);
        const account = accounts.get(connection.account);
        if (account !== undefined) account.queue = account.queue.filter(({ id }) => id !== envelope.id);
        pump(connection);
      },
      () => disconnect(connection),
    );
  }

  /** Only for whoever is connected; nobody acknowledges it. */
  function handOnce(to: AccountKey, sealed: Bytes): void {
    const connection = connectionOf(to);
    const envelope = { id: toHex(random(12)), sealed, serverTime: clock.now() };
    connection?.collector.envelope(envelope).catch(() => undefined);
  }

  function accept(to: AccountKey, sealed: Bytes): void {
    const account = accounts.get(to);
    account?.queue.push({ id: toHex(random(12)), sealed, serverTime: clock.now() });
    const connection = connectionOf(to);
    if (connection !== undefined) pump(connection);
  }

  function enrol(enrolment: Enrolment): Awaited<ReturnType<Road['enrol']>> {
    const name = formatAccountId(enrolment.account);
    const before = accounts.get(name);
    if (before !== undefined && !equalBytes(before.recoveryPassword, enrolment.recoveryPassword)) {
      return { outcome: 'rejected', status: 403 };
    }
    const { recoveryPassword, accessKey, device, registrationId, keys } = enrolment;
    const record = before?.record;
    accounts.set(name, { recoveryPassword, accessKey, device, registrationId, keys, record, queue: [] });
    for (const connection of connections) {
      if (connection.account === name && connection.up && !connection.dead) hangUp(connection);
    }
    return { outcome: 'enrolled', credentials: utf8(`${name} ${registrationId}`) };
  }

  function deliver(delivery: Parameters<Road['deliver']>[0]): DeliverOutcome {
    if (network.refuses !== undefined) return { outcome: 'rejected', status: network.refuses };
    const to = formatAccountId(delivery.to);
    const account = accounts.get(to);
    if (account === undefined) return { outcome: 'unknown-account' };
    if (!mayWrite(account, delivery.access)) return { outcome: 'not-authorized' };
    const [message] = delivery.messages;
    const matches =
      delivery.messages.length === 1 &&
      message?.device === account.device &&
      message.registrationId === account.registrationId;
    if (!matches || message === undefined) return { outcome: 'devices-changed' };
    const { access, urgent, relays, fleeting = false } = delivery;
    network.delivered.push({ to, access: access.kind, urgent, relays, ...(fleeting ? { fleeting } : {}) });
    if (fleeting) handOnce(to, message.bytes);
    else accept(to, message.bytes);
    return { outcome: 'stored' };
  }

  function makeRoad(): Road {
    let connection: Connection | undefined;
    let closed = false;
    let access: RelayAccess = 'direct';
    const own = () => (connection === undefined ? undefined : authorised(connection));

    /** A request there and back; a killed client waits for ever, as a process that is gone does. */
    async function ask<Answer, Silence>(
      operation: RoadOperation,
      silence: Silence,
      answer: () => Answer,
      about?: AccountId,
    ): Promise<Answer | Silence> {
      const by = connection === undefined ? {} : { by: connection.account };
      const afar = access === 'onion' && ANONYMOUS.includes(operation) ? { afar: true as const } : {};
      network.asked.push({ operation, ...by, ...(about ? { about: formatAccountId(about) } : {}), ...afar });
      const fate = await network.fate(operation);
      if (connection?.dead === true && !closed) return new Promise(() => undefined);
      return travel(clock, down ? 'lost' : fate, silence, answer);
    }
    const unreachable = { outcome: 'unreachable' } as const;
    const published = { outcome: 'published' } as const;
    const refused = { outcome: 'rejected', status: 401 } as const;

    return {
      name: 'relay',
      address: async () => (down ? undefined : network.address),
      enrol: (enrolment) => ask('enrol', unreachable, () => enrol(enrolment)),
      start(credentials, collector) {
        const [account = '', registration] = fromUtf8(credentials).split(' ');
        connection = {
          account,
          registrationId: Number(registration),
          collector,
          dead: false,
          open: new Set(),
          up: false,
          drained: false,
        };
        connections.add(connection);
        const mine = connection;
        queueMicrotask(() => connect(mine));
      },
      publishRecord: (account, record) =>
        ask('publish-record', unreachable, () => {
          if (connection === undefined) return unreachable;
          const kept = accounts.get(formatAccountId(account));
          if (kept === undefined || kept !== own()) return refused;
          kept.record = record;
          return published;
        }),
      publishPreKeys: (keys) =>
        ask('publish-pre-keys', unreachable, () => {
          const kept = own();
          if (kept === undefined) return refused;
          const preKeys = keys.preKeys.length > 0 ? keys.preKeys : kept.keys.preKeys;
          kept.keys = { ...kept.keys, ...keys, preKeys };
          return published;
        }),
      countPreKeys: () =>
        ask('count-pre-keys', undefined, () => {
          const kept = own();
          return kept === undefined
            ? undefined
            : { preKeys: kept.keys.preKeys.length, kyberPreKeys: ONE_TIME_KYBER };
        }),
      fetchRecord: (account) => {
        const show = () => {
          const record = accounts.get(formatAccountId(account))?.record;
          return record === undefined
            ? ({ outcome: 'unknown-account' } as const)
            : ({ outcome: 'found', record } as const);
        };
        return ask('fetch-record', unreachable, show, account);
      },
      fetchPreKeys: (account, access) => {
        const give = () => {
          const kept = accounts.get(formatAccountId(account));
          const { signedPreKey, lastResortKyberPreKey: kyberPreKey, preKeys = [] } = kept?.keys ?? {};
          if (kept === undefined || signedPreKey === undefined || kyberPreKey === undefined) {
            return { outcome: 'none' } as const;
          }
          if (!mayWrite(kept, access)) return { outcome: 'none' } as const;
          const [preKey, ...left] = preKeys;
          kept.keys = { ...kept.keys, preKeys: left };
          const { device, registrationId } = kept;
          const oneTime = preKey === undefined ? {} : { preKey };
          const bundle = { device, registrationId, signedPreKey, kyberPreKey, ...oneTime };
          return { outcome: 'found', bundles: [bundle] } as const;
        };
        return ask('fetch-pre-keys', unreachable, give, account);
      },
      deliver: (delivery) => ask('deliver', unreachable, () => deliver(delivery), delivery.to),
      leave: () =>
        ask('leave', unreachable, () => {
          if (connection === undefined || own() === undefined) return refused;
          accounts.delete(connection.account);
          return published;
        }),
      probe: async () => ({ outcome: 'ok', milliseconds: 1 }),
      reach: (next) => {
        access = next;
      },
      async close() {
        closed = true;
        if (connection !== undefined) {
          connection.dead = true;
          connections.delete(connection);
        }
      },
    };
  }

  const network: MemoryNetwork = {
    makeRoad,
    accounts,
    fate: () => 'arrives',
    refuses: undefined,
    duplicates: 0,
    delivered: [],
    asked: [],
    address: undefined,
    setDown(next) {
      down = next;
      for (const connection of connections) {
        if (down) disconnect(connection);
        else clock.after(RECONNECT, () => connect(connection));
      }
    },
    kill(account) {
      for (const connection of connections) if (connection.account === account) connection.dead = true;
    },
    inject: accept,
  };
  return network;
}

/** What must not say who asks. */
const ANONYMOUS: readonly RoadOperation[] = ['fetch-record', 'fetch-pre-keys', 'deliver'];

/** This network keeps no one-time Kyber keys, and never asks for more. */
const ONE_TIME_KYBER = 100;
