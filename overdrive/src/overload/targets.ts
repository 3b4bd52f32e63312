import { randomInt } from 'node:crypto';
import { fromHex, toHex } from '@sotto/bytes';
import { randomBytes, solveWork } from '@sotto/crypto';
import { decodeSignedList, swarmFor } from '@sotto/directory';
import { parseAci } from '@sotto/identity';
import type { OnionHop } from '@sotto/onion';
import { type OwnNode, startNetwork } from '../nodes/network.ts';
import { OwnMailbox } from '../nodes/retrieve-all.ts';
import { runProcess } from '../nodes/run-node.ts';
import { startLoad } from '../processes.ts';
import type { LoadAccount } from '../relay/accounts.ts';
import { startRelayProcess } from '../relay/start.ts';
import { addressesOf, type Target } from './target.ts';

const ACCOUNTS = 40;
const MAILBOXES = 60;
/** As the relay of this experiment asks for. */
const WORK_BITS = 8;

export async function relayTarget(strangersEach: number): Promise<Target> {
  const block = randomInt(1, 255);
  const relay = await startRelayProcess(`127.${block}.0.1`, ACCOUNTS);
  const { host, port, accounts } = relay;
  const recipients = startLoad();
  await recipients.ask({ order: 'recipients', terms: { host, port, from: `127.${block}.0.2`, accounts } });
  return {
    name: 'relay: sealed sends',
    pid: relay.pid,
    helpers: [],
    place: { host, port },
    block,
    crowd: async (load, clients) => {
      const addresses = addressesOf(block, clients);
      const work = await Promise.all(accounts.map((account) => workFor(account, strangersEach)));
      await load.ask({ order: 'relay-crowd', terms: { ...clients, host, port, addresses, accounts, work } });
    },
    check: (messages) => recipients.ask({ order: 'check', messages }),
    close: async () => {
      recipients.end();
      relay.close();
    },
  };
}

function workFor({ aci }: LoadAccount, count: number): Promise<readonly string[]> {
  const terms = { purpose: 'request', target: parseAci(aci), bits: WORK_BITS, now: Date.now() } as const;
  return Promise.all(Array.from({ length: count }, () => solveWork({ ...terms, random: randomBytes })));
}

/** One node that is alone in its swarm, so that what is measured is its own work. */
export async function nodeTarget(): Promise<Target> {
  const network = await startNetwork([1], runProcess);
  const [node] = network.swarms[0] ?? [];
  if (node?.pid === undefined) throw new Error('no node');
  const { ip: host, httpsPort: port } = node.listed;
  const mailboxes = Array.from({ length: MAILBOXES }, () => new OwnMailbox());
  return {
    name: 'node: stores',
    pid: node.pid,
    helpers: [],
    place: { host, port },
    block: network.block,
    crowd: (load, clients) => {
      const addresses = addressesOf(network.block, clients);
      const terms = { ...clients, host, port, addresses, mailboxes: mailboxes.map(({ pubkey }) => pubkey) };
      return load.ask({ order: 'node-crowd', terms });
    },
    check: (messages) => checkMailboxes(messages, mailboxes, { host, port }),
    close: () => network.close(),
  };
}

/** Three nodes before one that is alone in its swarm, all on this machine: what they do together is measured. */
export async function onionTarget(stockEach: number): Promise<Target> {
  const network = await startNetwork([1, 3], runProcess);
  const [destination, ...hops] = network.swarms.flat();
  const [entry] = hops;
  if (destination?.pid === undefined || entry?.pid === undefined) throw new Error('no nodes');
  const { list } = decodeSignedList(network.directory);
  const own = toHex(destination.listed.ed25519);
  const mailboxes: OwnMailbox[] = [];
  while (mailboxes.length < MAILBOXES) {
    const mailbox = new OwnMailbox();
    const [member] = swarmFor(list, fromHex(mailbox.pubkey)).nodes;
    if (member !== undefined && toHex(member.ed25519) === own) mailboxes.push(mailbox);
  }
  const { ip: host, httpsPort: port } = entry.listed;
  const hopOf = ({ listed: { ed25519, x25519 } }: OwnNode): OnionHop => ({ ed25519, x25519 });
  return {
    name: 'node: onion requests through three hops',
    pid: entry.pid,
    helpers: [destination, ...hops.slice(1)].map(({ pid }) => pid ?? 0),
    place: { host, port },
    block: network.block,
    crowd: (load, clients) => {
      const terms = {
        ...clients,
        ...{
          host,
          port,
          addresses: addressesOf(network.block, clients),
          stock: clients.early ? stockEach * clients.count : 0,
        },
        ...{ path: hops.map(hopOf), destination: hopOf(destination) },
        mailboxes: mailboxes.map(({ pubkey }) => pubkey),
      };
      return load.ask({ order: 'onion-crowd', terms });
    },
    check: (messages) =>
      checkMailboxes(messages, mailboxes, {
        host: destination.listed.ip,
        port: destination.listed.httpsPort,
      }),
    close: () => network.close(),
  };
}

async function checkMailboxes(
  messages: Uint32Array,
  mailboxes: readonly OwnMailbox[],
  { host, port }: Target['place'],
): Promise<{ readonly missing: number; readonly repeated: number }> {
  const times = new Map<number, number>();
  for (const mailbox of mailboxes) {
    for (const number of await mailbox.retrieve(host, port)) times.set(number, (times.get(number) ?? 0) + 1);
  }
  const counts = [...messages].map((message) => times.get(message) ?? 0);
  return {
    missing: counts.filter((count) => count === 0).length,
    repeated: counts.filter((count) => count > 1).length,
  };
}
