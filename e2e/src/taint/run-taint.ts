import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CanarySearch } from './find/canary-search.ts';
import { COLLECTED, KnownCanaries, OPEN, WAITING } from './known-canaries.ts';
import { lookAtFolder, lookAtLog } from './look/look-at-files.ts';
import { lookAtMemory } from './look/look-at-memory.ts';
import { lookAtNetwork } from './look/look-at-network.ts';
import { Roles } from './look/roles.ts';
import type { Sighting } from './look/sighting.ts';
import { type Person, sleep } from './world/person.ts';
import { tellStory } from './world/story.ts';
import { Typist } from './world/typist.ts';
import { createTaintWorld, type TaintWorld } from './world/world.ts';

export interface TaintRequest {
  readonly seed: number;
  /** Members of each swarm. */
  readonly swarms: readonly number[];
  /** Look into memory, and wait until what was removed must be gone from files. */
  readonly full: boolean;
  readonly tell: (words: string) => void;
}

/** What was found with whom, by the holders of the ledger. */
export interface Finding {
  /** Each of them may hold it by one of these parts. */
  readonly holders: readonly string[];
  readonly sighting: Sighting;
}

/** Within so long after its removal something is gone from a server's files (docs/ledger.md), and a little more. */
const RESIDUE_MS = 35_000;

/** Let people live in a world of real processes, and look for everything that is theirs wherever it must not be. */
export async function runTaint(request: TaintRequest): Promise<readonly Finding[]> {
  const { seed, swarms, tell } = request;
  tell('a relay and storage nodes start');
  const world = await createTaintWorld(swarms);
  const look = new Investigation(world, new Typist(seed), request);
  try {
    await look.run();
    return await look.findings();
  } finally {
    await look.sendHome();
    await world.close();
  }
}

class Investigation {
  readonly #world: TaintWorld;
  readonly #typist: Typist;
  readonly #request: TaintRequest;
  readonly #people: Person[] = [];
  readonly #known: KnownCanaries;
  readonly #sightings: Sighting[] = [];
  /** Where `network export` has written. */
  readonly #network: string;

  constructor(world: TaintWorld, typist: Typist, request: TaintRequest) {
    this.#world = world;
    this.#typist = typist;
    this.#request = request;
    this.#known = new KnownCanaries(world, typist, this.#people);
    this.#network = join(world.dir, 'network');
  }

  async run(): Promise<void> {
    const { full, tell } = this.#request;
    const relay = this.#world.relay.name;
    await tellStory(this.#world, this.#typist, this.#people, {
      network: this.#network,
      remember: (canaries) => this.#known.remember(canaries),
      beforeErasing: async () => {
        await this.#known.gather();
        await this.#known.rememberLetters(WAITING);
      },
      lettersWait: async (waitedFor) => {
        await this.#known.gather();
        await this.#known.rememberLetters(COLLECTED, waitedFor);
      },
      everybodyTalks: async () => {
        await this.#known.untilCollected();
        if (!full) return;
        tell('everybody is connected: looking into memory');
        await this.#known.gather();
        await this.#lookIntoMemory();
      },
      everybodyGone: async () => {
        this.#known.everybodyHasGone();
        await this.#known.rememberLetters(WAITING);
        await this.#known.gather();
        if (full) {
          tell('everybody has gone: waiting until what was removed must be gone from files');
          await pause(RESIDUE_MS);
          tell('looking into memory');
          await this.#lookIntoMemory();
        }
        tell(`looking at what ${relay} and storage nodes have written, at the network and at people's disks`);
        await this.#lookAtDisks();
      },
    });
  }

  async findings(): Promise<readonly Finding[]> {
    const roles = new Roles(this.#world, await this.#world.traced(), this.#people);
    return this.#sightings.map((sighting) => ({ holders: roles.of(sighting), sighting }));
  }

  /** End what people still run. */
  async sendHome(): Promise<void> {
    for (const person of this.#people) await sleep(person);
  }

  #search(): CanarySearch {
    const canaries = this.#known.all();
    this.#request.tell(`${canaries.length} canaries`);
    return new CanarySearch(canaries, OPEN);
  }

  async #lookIntoMemory(): Promise<void> {
    const search = this.#search();
    // A server that writes its heap takes a while: two are looked at together.
    const servers = [this.#world.relay, ...this.#world.nodes];
    await Promise.all(
      [0, 1].map(async (turn) => {
        for (const server of servers.filter((_, index) => index % 2 === turn)) {
          this.#sightings.push(...(await lookAtMemory(server, search)));
        }
      }),
    );
  }

  async #lookAtDisks(): Promise<void> {
    const search = this.#search();
    for (const { name, data, log } of [this.#world.relay, ...this.#world.nodes]) {
      this.#sightings.push(...(await lookAtFolder(name, data, search, this.#known.times)));
      this.#sightings.push(...lookAtLog(name, log, search));
    }
    for (const { profile, log } of this.#people) {
      // An erased one may be gone with its folder.
      if (existsSync(profile)) this.#sightings.push(...(await lookAtFolder('own disk', profile, search)));
      this.#sightings.push(...lookAtLog('own disk', log, search));
    }
    this.#sightings.push(...lookAtLog('whoever gets a network text', this.#network, search));
    const { capture } = this.#world;
    if (capture === undefined) return;
    await capture.stop();
    this.#sightings.push(...lookAtNetwork(capture.file, search, this.#known.addresses()));
  }
}
