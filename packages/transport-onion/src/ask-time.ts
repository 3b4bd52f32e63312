import { toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import type { PathNode } from '@sotto/onion';
import { shuffle } from '@sotto/onion';
import { formatClientRequest, STORAGE_STATUS } from '@sotto/protocol';
import { timeOf } from './guard-door.ts';
import { LONGEST_MEASURE, TIME_WITNESSES } from './limits.ts';
import { MIN_WITNESSES, offsetOf } from './network-time.ts';
import { type Traveller, travel } from './travel.ts';

const PURPOSE = 'time';
const INFO = formatClientRequest({ method: 'info' });

/**
 * What distinct nodes at random say the time is, by key in hex, each under its own key and through three
 * hops. Those need to know about what time it is: the guards are asked, directly and each for its own
 * paths only. What a guard says is believed for nothing else, so one that lies spoils nothing but the
 * questions that go through it. `undefined`: too few of those asked have answered, and whoever lets
 * through only some answers could have chosen them.
 */
export async function askTime(traveller: Traveller): Promise<ReadonlyMap<string, number> | undefined> {
  const { nodes, door, random } = traveller;
  const guards = nodes.keeper.guards();
  const claims = new Map<string, number>();
  for (const answer of await Promise.all(guards.map((guard) => door.ask(guard)))) {
    if (answer) claims.set(answer.node, answer.offset);
  }
  const witnesses = shuffle(nodes.list.nodes, random).slice(0, TIME_WITNESSES);
  const told = new Map<string, number>();
  await Promise.all(
    witnesses.map(async (node, turn) => {
      // By another guard when one lets nothing through, so that none chooses who is heard.
      for (let attempt = 0; attempt < Math.max(2, guards.length); attempt++) {
        const others = guards.filter((_, index) => index !== (turn + attempt) % guards.length);
        const offset = await askWitness(traveller, node, { claims, others });
        if (offset === undefined) continue;
        told.set(toHex(node.ed25519), offset);
        return;
      }
    }),
  );
  nodes.keeper.end(PURPOSE);
  return told.size >= MIN_WITNESSES && told.size > witnesses.length / 2 ? told : undefined;
}

/** How far our clock is behind that of a node. */
async function askWitness(
  traveller: Traveller,
  node: DirectoryNode,
  { claims, others }: { readonly claims: ReadonlyMap<string, number>; readonly others: readonly PathNode[] },
): Promise<number | undefined> {
  const { clock, nodes, time } = traveller;
  const wish = { destination: node.ed25519 };
  const notGuards = others.map(({ ed25519 }) => ed25519);
  // A witness that is the guard itself is reached by way of another.
  const path = nodes.keeper.path(PURPOSE, { ...wish, notGuards }) ?? nodes.keeper.path(PURPOSE, wish);
  const guard = path?.hops[0];
  if (!path || !guard) return undefined;
  const asked = clock.now();
  const reply = await travel(traveller, {
    path,
    destination: { kind: 'node', hop: node, rpc: INFO },
    timeout: LONGEST_MEASURE,
    held: false,
    // A guard that did not say is gone through by the time as we know it.
    now: asked + (claims.get(toHex(guard.ed25519)) ?? time.offset),
  });
  if (reply.outcome !== 'arrived' || reply.status !== STORAGE_STATUS.ok) return undefined;
  const told = timeOf(reply.body);
  return told === undefined ? undefined : offsetOf(told, asked, clock.now());
}
