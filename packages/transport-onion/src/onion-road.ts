import { type Bytes, toHex } from '@sotto/bytes';
import type { Clock, RandomBytes, Road, RoadMemory } from '@sotto/client';
import type { SignedList } from '@sotto/directory';
import type { AccountId } from '@sotto/identity';
import type { GuardView } from '@sotto/onion';
import { NAMESPACE, type ServerRequest } from '@sotto/protocol';
import { askServer, type OnionServer, type ServerOutcome } from './ask-server.ts';
import { Asker } from './asker.ts';
import { accountBox, contactBox } from './box.ts';
import { fetchChunk } from './chunks/fetch-chunk.ts';
import { removeChunks } from './chunks/remove-chunks.ts';
import { storeChunk } from './chunks/store-chunk.ts';
import { Collection } from './collection.ts';
import { type Credentials, decodeCredentials, encodeCredentials, renewMailbox } from './credentials.ts';
import { deliver } from './deliver.ts';
import { DirectoryWatch } from './directory-watch.ts';
import { enrol } from './enrol.ts';
import { OnionRoadError } from './errors.ts';
import { examine, type OnionExamination } from './examine.ts';
import { GuardDoor } from './guard-door.ts';
import { leave } from './leave.ts';
import { LetterWriter } from './letter-writer.ts';
import type { OnionTrouble } from './list-from-guards.ts';
import { Members } from './members.ts';
import type { PostToGuard } from './net.ts';
import { NetworkTime } from './network-time.ts';
import { type AdoptOutcome, Nodes, readFirstList } from './nodes.ts';
import { passing } from './passing.ts';
import { type ProbeOutcome, probe } from './probe.ts';
import { fetchRecord, publishRecord } from './record.ts';

export interface OnionRoadRequest {
  /** The signed list of nodes that came with the network text. */
  readonly directory: Bytes;
  readonly post: PostToGuard;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly memory: RoadMemory;
}

/** A path as people may see it. */
export interface OnionPath {
  /** What goes by it: `ask`, `server`, or a number for each mailbox. */
  readonly purpose: string;
  /** The guard first. `key`: the first 8 digits of the node's key. */
  readonly hops: readonly { readonly ip: string; readonly key: string }[];
  /** Milliseconds of the last request; a request for mail is held until there is some. */
  readonly latency?: number;
}

/** A guard as people may see it. */
export interface OnionGuard extends Omit<GuardView, 'key'> {
  /** The first 8 digits of its key. */
  readonly key: string;
}

export interface OnionRoad extends Road {
  readonly name: 'onion';
  /** Reach a server, such as a contact's relay, without dialling it. */
  askServer(server: OnionServer, request: ServerRequest): Promise<ServerOutcome>;
  paths(): readonly OnionPath[];
  /** In order of preference; none before the memory has been read. */
  guards(): readonly OnionGuard[];
  /** The list that is believed now; undefined before the memory has been read. */
  list(): SignedList | undefined;
  /** Build a new path for each purpose when it is next needed. Guards stay. */
  rotatePaths(): void;
  /** Why nothing comes through, when the guards themselves have been asked; `undefined` while none is known. */
  trouble(): OnionTrouble | undefined;
  /** Go by this list of nodes, which the user has given, if it is a newer one of this network. Rejects when it cannot be kept. */
  adopt(directory: Bytes): Promise<OnionAdoption>;
  /** For `doctor`. `record` is the newest that this device has published. */
  examine(own: {
    readonly account: AccountId;
    readonly record: Bytes;
  }): Promise<OnionExamination | undefined>;
}

export interface OnionAdoption {
  readonly outcome: AdoptOutcome;
  /** The list that the road goes by now. */
  readonly list: {
    readonly sequence: number;
    /** Milliseconds. */
    readonly issuedAt: number;
    readonly nodes: number;
  };
}

/** Everything that needs the nodes, which are only known when the memory has been read. */
interface Parts {
  readonly nodes: Nodes;
  readonly door: GuardDoor;
  readonly asker: Asker;
  readonly watch: DirectoryWatch;
  readonly members: Members;
}

const KEY_DIGITS = 8;

/**
 * The onion road: Session's storage RPC through three hops (design §1.3, §1.6). No packet of it goes
 * anywhere but a guard. Throws OnionRoadError `bad-directory`.
 */
export function createOnionRoad(request: OnionRoadRequest): OnionRoad {
  const { post, clock, random, memory } = request;
  const first = readFirstList(request.directory);
  const time = new NetworkTime(clock);
  const letters = new LetterWriter(time, random);
  let parts: Parts | undefined;
  let opening: Promise<Parts> | undefined;
  let collection: Collection | undefined;
  let collect: () => void = () => undefined;
  /** Since `start`. */
  let own: Credentials | undefined;
  let closed = false;

  function open(): Promise<Parts> {
    opening ??= Nodes.open({ first, memory, clock, random }).then((nodes) => {
      const door = new GuardDoor({ post, nodes, clock });
      const asker = new Asker({ nodes, door, time, clock, random });
      const watch = new DirectoryWatch(asker);
      parts = { nodes, door, asker, watch, members: new Members(asker, watch) };
      if (closed) closeParts(parts);
      return parts;
    });
    return opening;
  }

  const ask = async (): Promise<ProbeOutcome> => {
    if (closed) return { outcome: 'failed', reason: 'closed' };
    const { asker, watch } = await open();
    const probed = await probe(asker);
    // An old network text may name nodes that have gone: the same question by a newer list.
    return probed.outcome === 'failed' && (await watch.refresh()) ? probe(asker) : probed;
  };

  return {
    name: 'onion',
    mailbox: () => own && contactBox(own.mailboxSeed).key,
    renewMailbox(now) {
      if (!own) throw new OnionRoadError('not-started', 'there is no mailbox yet');
      const next = renewMailbox(own, now, random);
      const use = () => {
        own = next;
        collection?.use(next);
      };
      return { credentials: encodeCredentials(next), use };
    },
    enrol: (enrolment) => enrol({ random, probe: ask }, enrolment),
    start(credentials, collector) {
      if (own || closed) throw new OnionRoadError('already-started', 'a road is started once');
      own = decodeCredentials(credentials);
      void open().then(({ members, watch }) => {
        if (closed || !own) return;
        watch.start();
        collect = () => {
          if (!closed && own) collection = new Collection(members, own, collector);
        };
        collect();
      });
    },
    async publishRecord(_, record) {
      if (!own || closed) return { outcome: 'unreachable' };
      const outbox = accountBox(own.identitySecret, NAMESPACE.record);
      return publishRecord((await open()).members, outbox, record);
    },
    // The record has all keys that this road can give away: one-time keys would be handed out many times.
    publishPreKeys: async () => ({ outcome: 'published' }),
    countPreKeys: async () => undefined,
    fetchPreKeys: async () => ({ outcome: 'none' }),
    async fetchRecord(account) {
      if (closed) return { outcome: 'unreachable' };
      return fetchRecord((await open()).members, account);
    },
    async deliver(delivery) {
      if (closed) return { outcome: 'unreachable' };
      const { members } = await open();
      return deliver({ members, letter: (to, sealed) => letters.write(to, sealed) }, delivery);
    },
    passing: passing(
      async () => (await open()).nodes,
      () => collection?.hurry(),
    ),
    chunks: {
      async store(chunk) {
        return closed ? { outcome: 'unreachable' } : storeChunk((await open()).members, chunk);
      },
      async fetch(chunk) {
        return closed ? { outcome: 'unreachable' } : fetchChunk((await open()).members, chunk);
      },
      async remove(chunks) {
        return !closed && removeChunks((await open()).members, chunks);
      },
    },
    async leave() {
      if (!own || closed) return { outcome: 'unreachable' };
      const { identitySecret, mailboxSeed, earlier } = own;
      const { members } = await open();
      collection?.close();
      const boxes = [mailboxSeed, ...earlier.map(({ seed }) => seed)].map(contactBox);
      const requests = accountBox(identitySecret, NAMESPACE.requests);
      const left = await leave(members, accountBox(identitySecret, NAMESPACE.record), [...boxes, requests]);
      // The account goes on, and with it its mail.
      if (left.outcome !== 'published') collect();
      return left;
    },
    async askServer(server, serverRequest) {
      if (closed) return { outcome: 'unanswered' };
      return askServer((await open()).asker, server, serverRequest);
    },
    probe: ask,
    paths: () =>
      (parts?.nodes.keeper.view() ?? []).map(({ hops, ...path }) => ({
        ...path,
        hops: hops.map(({ ip, key }) => ({ ip, key: toHex(key).slice(0, KEY_DIGITS) })),
      })),
    guards: () =>
      (parts?.nodes.keeper.viewGuards() ?? []).map(({ key, ...guard }) => ({
        ...guard,
        key: toHex(key).slice(0, KEY_DIGITS),
      })),
    list: () => parts?.nodes.signed,
    rotatePaths: () => parts?.nodes.keeper.rotate(),
    trouble: () => parts?.watch.trouble,
    async adopt(directory) {
      const { nodes } = await open();
      const outcome = nodes.adopt(directory, true);
      await nodes.remember();
      if (outcome === 'adopted') collection?.hurry();
      const { sequence, issuedAt, nodes: listed } = nodes.list;
      return { outcome, list: { sequence, issuedAt, nodes: listed.length } };
    },
    async examine(own) {
      if (closed) return undefined;
      return examine({ members: (await open()).members, time }, own);
    },
    async close() {
      closed = true;
      letters.close();
      collection?.close();
      if (parts) closeParts(parts);
    },
  };
}

function closeParts({ asker, watch, door }: Parts): void {
  watch.close();
  asker.close();
  door.close();
}
