import type { ClientParts, Road } from '@sotto/client';
import type { Network } from '@sotto/identity';
import { NetError, nodeNet, parseProxy, postToGuard, type Way } from '@sotto/net-node';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { createOnionRoad, type OnionRoad } from '@sotto/transport-onion';
import { createRelayRoad } from '@sotto/transport-relay';
import { readDirectory } from './directories.ts';
import { badProxy } from './proxy-choice.ts';
import { sourceAddress } from './source-address.ts';
import { systemClock, systemRandom } from './system.ts';

export interface RoadsRequest {
  /** Canonical path. */
  readonly profile: string;
  readonly proxy?: string;
}

/** Roads of a network. */
interface Made {
  readonly all: readonly Road[];
  readonly onion: OnionRoad | undefined;
}

/** The roads of a network, and how doctor looks at them. */
export interface RoadMaker {
  readonly makeRoads: ClientParts['makeRoads'];
  /** Those made last. */
  made(): Made;
  /** How everything of this profile is dialled. */
  wayOf(network: Network): Way;
}

/** What the roads of a profile are made with. Throws LocalApiError `bad-proxy`. */
export function roadMaker(request: RoadsRequest): RoadMaker {
  const proxy = request.proxy === undefined ? undefined : readProxy(request.proxy);
  let made: Made = { onion: undefined, all: [] };

  function wayOf(network: Network): Way {
    if (proxy !== undefined) return { proxy };
    const source = sourceAddress({
      hosts: hostsOf(network),
      profile: request.profile,
      platform: process.platform,
    });
    return source === undefined ? {} : { source };
  }

  const makeRoads: ClientParts['makeRoads'] = (network, memoryOf) => {
    const { relay, directory } = network;
    const way = wayOf(network);
    const surroundings = { clock: systemClock, random: systemRandom };
    const onion =
      directory &&
      createOnionRoad({ ...surroundings, directory, post: postToGuard(way), memory: memoryOf('onion') });
    const direct =
      relay &&
      createRelayRoad({
        ...surroundings,
        relay,
        net: nodeNet(way),
        receipts: receiptCredentials,
        // Relays of others are reached from the last of three hops, or not at all.
        ...(onion && { through: (server, request) => onion.askServer(server, request) }),
      });
    made = { onion, all: [direct, onion].filter((road) => road !== undefined) };
    return made.all;
  };

  return { makeRoads, made: () => made, wayOf };
}

/** Everything that is dialled in this network. */
function hostsOf({ relay, directory }: Network): readonly string[] {
  const nodes = directory === undefined ? [] : readDirectory(directory).list.nodes.map(({ ip }) => ip);
  return relay === undefined ? nodes : [new URL(relay.url).hostname, ...nodes];
}

/** Throws LocalApiError `bad-proxy`. */
export function readProxy(text: string): NonNullable<Way['proxy']> {
  try {
    return parseProxy(text);
  } catch (error) {
    if (error instanceof NetError) throw badProxy();
    throw error;
  }
}
