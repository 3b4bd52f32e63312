import { type Bytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from '@sotto/bytes';
import { blake2b, sha256 } from '@sotto/crypto';
import { type AccountId, formatAccountId } from '@sotto/identity';
import { messageHashInput } from '@sotto/protocol';
import type { Access, Collector, DeliverOutcome, Delivery, IncomingEnvelope, Road } from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Clock, RandomBytes } from '../ports/system.ts';
import type { MemoryOnion, RoadOperation } from './memory-network-types.ts';
import { memoryPassing } from './memory-passing.ts';
import { travel } from './travel.ts';

/** What a device knows of itself on this road. */
interface Credentials {
  readonly account: AccountKey;
  /** In hex, the present one first; all are collected. */
  readonly mailboxes: readonly string[];
}

interface Connection {
  credentials: Credentials;
  readonly collector: Collector;
  dead: boolean;
  up: boolean;
  drained: boolean;
  /** Handed over, whether acknowledged or not: `box envelope`. */
  readonly handed: Set<string>;
  /** Handed over and not yet acknowledged. */
  open: number;
}

/** After a collector that rejected, and until the next try to connect. */
const RECONNECT = 1_000;

const chunkName = (mailbox: Bytes, namespace: number): string => `${toHex(mailbox)} ${namespace}`;
const nameOf = (mailbox: Bytes, namespace: number, data: Bytes): Bytes =>
  blake2b(32, messageHashInput(mailbox, namespace, data));
const requestBox = (account: AccountKey): string => `request ${account}`;
const contactBox = (address: string): string => `contact ${address}`;

export function createMemoryOnion(parts: {
  readonly clock: Clock;
  readonly random: RandomBytes;
}): MemoryOnion {
  const { clock, random } = parts;
  const connections = new Set<Connection>();
  let down = false;

  function connect(connection: Connection): void {
    if (connection.dead || connection.up || down) return;
    connection.up = true;
    connection.drained = false;
    connection.handed.clear();
    connection.open = 0;
    connection.collector.connected();
    pump(connection);
  }

  function disconnect(connection: Connection): void {
    if (connection.dead || !connection.up) return;
    connection.up = false;
    connection.collector.disconnected();
    clock.after(RECONNECT, () => connect(connection));
  }

  function boxesOf({ account, mailboxes }: Credentials): readonly string[] {
    return [...mailboxes.map(contactBox), requestBox(account)];
  }

  function pump(connection: Connection): void {
    if (connection.dead || !connection.up) return;
    for (const box of boxesOf(connection.credentials)) {
      for (const envelope of network.boxes.get(box) ?? []) {
        const name = `${box} ${envelope.id}`;
        if (connection.handed.has(name)) continue;
        connection.handed.add(name);
        connection.open++;
        hand(connection, box, envelope);
      }
    }
    if (connection.open > 0 || connection.drained) return;
    connection.drained = true;
    connection.collector.drained();
  }

  function hand(connection: Connection, box: string, envelope: IncomingEnvelope): void {
    connection.collector.envelope(envelope).then(
      async () => {
        const fate = await network.fate('collect');
        if (fate !== 'arrives' || !connection.up || connection.dead) return disconnect(connection);
        connection.open--;
        // A request box belongs to all devices of an account, so that none of them empties it.
        if (!box.startsWith('request')) {
          const left = (network.boxes.get(box) ?? []).filter(({ id }) => id !== envelope.id);
          network.boxes.set(box, left);
        }
        pump(connection);
      },
      () => disconnect(connection),
    );
  }

  function put(box: string, sealed: Bytes): boolean {
    const id = toHex(sha256(sealed)).slice(0, 24);
    const lying = network.boxes.get(box) ?? [];
    if (lying.some((envelope) => envelope.id === id)) return false;
    network.boxes.set(box, [...lying, { id, sealed, serverTime: clock.now() }]);
    for (const connection of connections) {
      if (boxesOf(connection.credentials).includes(box)) pump(connection);
    }
    return true;
  }

  function boxFor(to: AccountKey, access: Access, message: Delivery['messages'][number]): string {
    const known = access.kind === 'contact' ? access.mailboxes : [];
    const mailbox = known.find(
      ({ device, registrationId }) => device === message.device && registrationId === message.registrationId,
    );
    return mailbox === undefined ? requestBox(to) : contactBox(toHex(mailbox.address));
  }

  function deliver({ to: account, access, messages }: Delivery): DeliverOutcome {
    if (network.refuses !== undefined) return { outcome: 'rejected', status: network.refuses };
    const to = formatAccountId(account);
    for (const message of messages) {
      const box = boxFor(to, access, message);
      if (put(box, message.bytes)) network.delivered.push({ to, access: access.kind, box });
    }
    const { partly } = network;
    return partly === undefined
      ? { outcome: 'stored', storedOn: 7 }
      : { outcome: 'partly-stored', ...partly };
  }

  const makeMailbox = (): string => `03${toHex(random(32))}`;

  function makeRoad(): Road {
    let connection: Connection | undefined;
    let closed = false;
    const unreachable = { outcome: 'unreachable' } as const;
    const published = { outcome: 'published' } as const;

    async function ask<Answer, Silence>(
      operation: RoadOperation,
      silence: Silence,
      answer: () => Answer,
      about?: AccountId,
    ): Promise<Answer | Silence> {
      const by = connection === undefined ? {} : { by: connection.credentials.account };
      network.asked.push({ operation, ...by, ...(about ? { about: formatAccountId(about) } : {}) });
      const fate = await network.fate(operation);
      if (connection?.dead === true && !closed) return new Promise(() => undefined);
      return travel(clock, down ? 'lost' : fate, silence, answer);
    }

    return {
      name: 'onion',
      mailbox() {
        const [present] = connection?.credentials.mailboxes ?? [];
        return present === undefined ? undefined : fromHex(present);
      },
      renewMailbox() {
        const mine = connection;
        if (mine === undefined) throw new Error('not started');
        const { account, mailboxes } = mine.credentials;
        const renewed = { account, mailboxes: [makeMailbox(), ...mailboxes] };
        return {
          credentials: utf8(JSON.stringify(renewed)),
          use: () => {
            mine.credentials = renewed;
          },
        };
      },
      enrol: (enrolment) =>
        ask('enrol', unreachable, () => {
          const made = { account: formatAccountId(enrolment.account), mailboxes: [makeMailbox()] };
          return { outcome: 'enrolled', credentials: utf8(JSON.stringify(made)) } as const;
        }),
      start(credentials, collector) {
        const mine: Connection = {
          credentials: JSON.parse(fromUtf8(credentials)) as Credentials,
          collector,
          dead: false,
          up: false,
          drained: false,
          handed: new Set(),
          open: 0,
        };
        connection = mine;
        connections.add(mine);
        queueMicrotask(() => connect(mine));
      },
      publishRecord: (account, record) =>
        ask('publish-record', unreachable, () => {
          if (connection === undefined) return unreachable;
          network.records.set(formatAccountId(account), record);
          return published;
        }),
      publishPreKeys: () => ask('publish-pre-keys', unreachable, () => published),
      countPreKeys: async () => undefined,
      fetchRecord: (account) => {
        const show = () => {
          const record = network.records.get(formatAccountId(account));
          return record === undefined
            ? ({ outcome: 'unknown-account' } as const)
            : ({ outcome: 'found', record } as const);
        };
        return ask('fetch-record', unreachable, show, account);
      },
      fetchPreKeys: (account) =>
        ask('fetch-pre-keys', unreachable, () => ({ outcome: 'none' }) as const, account),
      deliver: (delivery) => ask('deliver', unreachable, () => deliver(delivery), delivery.to),
      passing: memoryPassing(network, () => connection?.credentials.account),
      chunks: {
        store: ({ mailbox, namespace, data }) =>
          ask('store-chunk', unreachable, () => {
            if (network.refuses !== undefined)
              return { outcome: 'rejected', status: network.refuses } as const;
            if (network.partly !== undefined) return { outcome: 'partly-stored', ...network.partly } as const;
            network.chunks.set(chunkName(mailbox, namespace), data);
            return { outcome: 'stored' } as const;
          }),
        fetch: ({ mailbox, namespace, hash }) =>
          ask('fetch-chunk', unreachable, () => {
            const data = network.chunks.get(chunkName(mailbox, namespace));
            // As the road promises: what has another hash is not it.
            if (data === undefined || !equalBytes(hash, nameOf(mailbox, namespace, data))) {
              return { outcome: 'missing' } as const;
            }
            return { outcome: 'found', data } as const;
          }),
        remove: ({ mailbox, hashes }) =>
          ask('remove-chunks', false, () => {
            for (const [name, data] of network.chunks) {
              const [key = '', namespace] = name.split(' ');
              const hash = nameOf(mailbox, Number(namespace), data);
              if (key === toHex(mailbox) && hashes.some((each) => equalBytes(each, hash))) {
                network.chunks.delete(name);
              }
            }
            return true;
          }),
      },
      leave: () =>
        ask('leave', unreachable, () => {
          if (connection !== undefined) network.records.delete(connection.credentials.account);
          return published;
        }),
      probe: async () => ({ outcome: 'ok', milliseconds: 3 }),
      async close() {
        closed = true;
        if (connection === undefined) return;
        connection.dead = true;
        connections.delete(connection);
      },
    };
  }

  const network: MemoryOnion = {
    makeRoad,
    records: new Map(),
    boxes: new Map(),
    chunks: new Map(),
    lists: new Map(),
    listBytes: 400,
    given: [],
    fate: () => 'arrives',
    refuses: undefined,
    partly: undefined,
    delivered: [],
    asked: [],
    setDown(next) {
      down = next;
      for (const connection of connections) {
        if (down) disconnect(connection);
        else clock.after(RECONNECT, () => connect(connection));
      }
    },
    kill(account) {
      for (const connection of connections) {
        if (connection.credentials.account === account) connection.dead = true;
      }
    },
    inject: put,
  };
  return network;
}
