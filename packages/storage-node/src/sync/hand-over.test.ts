import type { Bytes } from '@sotto/bytes';
import { blake2b, randomBytes } from '@sotto/crypto';
import type { DirectoryNode, Swarm } from '@sotto/directory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HAND_OVER, SYNC } from '../constants.ts';
import { createEvents } from '../events.ts';
import { HandOver } from './hand-over.ts';
import { pushRound } from './push-round.ts';
import { nameOf, SYNC_ID_BYTES } from './sync-id.ts';
import { decodeSyncRequest, encodeFates, encodeSyncRequest, FATE, type Fate } from './sync-wire.ts';

/** A member of another swarm, with its disk. */
interface Member extends DirectoryNode {
  readonly items: Set<string>;
  state: 'up' | 'down' | 'full' | 'refuses';
  gifts: number;
}

const SWARM = 77n;
let members: readonly Member[];
/** What is here of each mailbox. */
let here: Map<string, Bytes[]>;
let mailboxes: Bytes[];
let contents: Map<string, Bytes>;
let elsewhere: boolean;
let duringPush: () => void;
let finished: number;
let handOver: HandOver;
const events = createEvents(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  members = Array.from({ length: 5 }, (_, index) => ({
    ...{
      ip: `127.0.0.${index}`,
      httpsPort: 1,
      omqPort: 0,
      ed25519: randomBytes(32),
      x25519: randomBytes(32),
    },
    ...{ swarm: SWARM, items: new Set<string>(), state: 'up' as const, gifts: 0 },
  }));
  here = new Map();
  mailboxes = [];
  contents = new Map();
  elsewhere = true;
  finished = 0;
  duringPush = () => undefined;
  handOver = new HandOver({
    mailboxes: (after, most) => {
      const start = after === undefined ? 0 : mailboxes.findIndex((one) => nameOf(one) === nameOf(after)) + 1;
      return mailboxes.slice(start, start + most);
    },
    idsOf: (mailbox) => here.get(nameOf(mailbox)) ?? [],
    swarmElsewhere: () => (elsewhere ? ({ id: SWARM, nodes: members } satisfies Swarm) : undefined),
    push: (node, ids) => {
      duringPush();
      return pushTo(node as Member, ids);
    },
    forget: (ids) => {
      const gone = new Set(ids.map(nameOf));
      for (const [mailbox, all] of here)
        here.set(
          mailbox,
          all.filter((id) => !gone.has(nameOf(id))),
        );
      return Promise.resolve();
    },
    finished: () => {
      finished += 1;
    },
    events,
  });
});
afterEach(async () => {
  await handOver.stop();
  vi.useRealTimers();
});

function pushTo(member: Member, ids: readonly Bytes[]): Promise<readonly Fate[] | undefined> {
  const read = (asked: readonly Bytes[]) => asked.slice(0, 100).map((id) => contents.get(nameOf(id)));
  const ask: Parameters<typeof pushRound>[0]['ask'] = (sent) => {
    if (member.state === 'down') return Promise.resolve({ outcome: 'unreachable' });
    const request = decodeSyncRequest(encodeSyncRequest(sent));
    if (request?.kind === 'offer') {
      const fates = request.ids.map((id) => (member.items.has(nameOf(id)) ? FATE.settled : FATE.wanted));
      return Promise.resolve({ outcome: 'answered', body: encodeFates(fates) });
    }
    if (request?.kind !== 'give') throw new Error('nothing else is said');
    const fates = request.items.map((item) => {
      member.gifts += 1;
      if (member.state === 'full') return FATE.wanted;
      if (member.state === 'refuses') return FATE.refused;
      member.items.add(nameOf(blake2b(SYNC_ID_BYTES, item)));
      return FATE.settled;
    });
    return Promise.resolve({ outcome: 'answered', body: encodeFates(fates) });
  };
  return pushRound({ ask, read }, ids);
}

function keep(count: number): string[] {
  const mailbox = randomBytes(33);
  const ids = Array.from({ length: count }, () => {
    const item = randomBytes(50);
    const id = blake2b(SYNC_ID_BYTES, item);
    contents.set(nameOf(id), item);
    return id;
  });
  mailboxes.push(mailbox);
  here.set(nameOf(mailbox), ids);
  return ids.map(nameOf);
}

const left = () => [...here.values()].flat().length;
const holders = (id: string) => members.filter(({ items }) => items.has(id)).length;

describe('a hand-over', () => {
  it('gives everything of other swarms to a majority of theirs, and then lets go of it', async () => {
    const ids = [...keep(3), ...keep(SYNC.itemsAtOnce + 200), ...keep(1)];
    handOver.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(left()).toBe(0);
    for (const id of ids) expect(holders(id)).toBe(3);
    expect(events.totals()['handed-over']).toBe(ids.length);
    expect(finished).toBe(1);
  });

  it('leaves alone what this swarm keeps', async () => {
    elsewhere = false;
    keep(3);
    handOver.start();
    await vi.advanceTimersByTimeAsync(HAND_OVER.retry.last);
    expect(left()).toBe(3);
    expect(members.every(({ gifts }) => gifts === 0)).toBe(true);
  });

  it('sends nothing that is there already', async () => {
    const ids = keep(20);
    for (const { items } of members) for (const id of ids) items.add(id);
    handOver.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(left()).toBe(0);
    expect(members.every(({ gifts }) => gifts === 0)).toBe(true);
  });

  it('keeps everything until a majority has it, and goes on trying', async () => {
    const ids = keep(10);
    for (const [index, state] of (['down', 'full', 'refuses'] as const).entries()) {
      const member = members[index];
      if (member !== undefined) member.state = state;
    }
    handOver.start();
    await vi.advanceTimersByTimeAsync(3 * HAND_OVER.retry.first);
    expect(left()).toBe(10);
    for (const id of ids) expect(holders(id)).toBe(2);
    expect(finished).toBe(0);
    for (const member of members) member.state = 'up';
    await vi.advanceTimersByTimeAsync(HAND_OVER.retry.last);
    expect(left()).toBe(0);
    for (const id of ids) expect(holders(id)).toBeGreaterThanOrEqual(3);
  });

  it('begins anew when the directory changes meanwhile, and lets go of nothing that is its own again', async () => {
    keep(10);
    duringPush = () => {
      elsewhere = false;
      duringPush = () => undefined;
      handOver.start();
    };
    handOver.start();
    await vi.advanceTimersByTimeAsync(HAND_OVER.retry.last);
    expect(left()).toBe(10);
  });
});
