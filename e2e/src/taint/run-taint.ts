import { setTimeout as pause } from 'node:timers/promises';
import type { Canary } from './find/canary.ts';
import { CanarySearch } from './find/canary-search.ts';
import { lettersIn } from './look/letters.ts';
import { lookAtFolder, lookAtLog } from './look/look-at-files.ts';
import { lookAtMemory } from './look/look-at-memory.ts';
import { lookAtNetwork } from './look/look-at-network.ts';
import { Roles } from './look/roles.ts';
import type { Sighting } from './look/sighting.ts';
import { type Person, sleep } from './world/person.ts';
import { identifiersOf, openStoreOf, recordsIn, secretsOf, timesIn } from './world/secrets-of.ts';
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

/** Fields whose values somebody may see, each of which may be a part of those behind it. */
const OPEN = [
  'account ID',
  'ACI',
  'Ed25519 form of the identity key',
  'public recovery key',
  'contact mailbox',
  'account record',
];
const COLLECTED = 'sealed message that was collected';
const WAITING = 'sealed message that waits';
const REQUEST_MAILBOX = 5;
const COLLECTED_MS = 60_000;
const ADDRESS = 'address of a client';
const TIME = 'time of a message, to the millisecond';
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
  readonly #known: Canary[] = [];
  readonly #times = new Map<number, { readonly field: string; readonly of: string }>();
  readonly #sightings: Sighting[] = [];

  constructor(world: TaintWorld, typist: Typist, request: TaintRequest) {
    this.#world = world;
    this.#typist = typist;
    this.#request = request;
  }

  async run(): Promise<void> {
    const { full, tell } = this.#request;
    const relay = this.#world.relay.name;
    await tellStory(this.#world, this.#typist, this.#people, {
      lettersWait: () => this.#rememberLetters(COLLECTED),
      everybodyTalks: async () => {
        await this.#untilCollected();
        if (!full) return;
        tell('everybody is connected: looking into memory');
        await this.#gather();
        await this.#lookIntoMemory();
      },
      everybodyGone: async () => {
        await this.#rememberLetters(WAITING);
        await this.#gather();
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

  /** A mailbox is told to forget what was collected with the next look into it. What it never forgets is found. */
  async #untilCollected(): Promise<void> {
    const collected = new Set(this.#known.filter(({ field }) => field === COLLECTED).map(keyOf));
    for (let waited = 0; waited < COLLECTED_MS; waited += 500) {
      const letters = await lettersIn(this.#world, this.#people, () => '');
      if (!letters.some((letter) => collected.has(keyOf(letter)))) return;
      await pause(500);
    }
  }

  async #rememberLetters(field: string): Promise<void> {
    const owners = new Map(this.#people.map(({ account, label }) => [account, label]));
    for (const canary of this.#known) {
      if (canary.mailbox !== undefined) owners.set(Buffer.from(canary.mailbox).toString('hex'), canary.of);
    }
    const ownerOf = (mailbox: Uint8Array) => owners.get(Buffer.from(mailbox).toString('hex')) ?? 'somebody';
    for (const letter of await lettersIn(this.#world, this.#people, ownerOf)) {
      // Nobody removes anything from a request mailbox: it may be read by another device too.
      if (field === COLLECTED && letter.mailbox?.[0] === REQUEST_MAILBOX) continue;
      this.#known.push({ ...letter, field });
    }
  }

  /** Whatever people have by now, at any earlier time included: old keys must be nowhere either. */
  async #gather(): Promise<void> {
    const byAccount = new Map(this.#people.map((person) => [person.account, person]));
    for (const person of this.#people) {
      const store = await openStoreOf(person);
      this.#known.push(...identifiersOf(person), ...secretsOf(store), ...recordsIn(store, byAccount));
      for (const at of timesIn(store)) this.#times.set(at, { field: TIME, of: person.label });
    }
  }

  #addresses(): readonly Canary[] {
    const all = this.#people.flatMap(({ addresses, label }) => addresses.map((ip) => ({ ip, label })));
    // The beginning of a longer one would be found wherever that one is.
    const whole = all.filter(({ ip }) => !all.some((other) => other.ip !== ip && other.ip.startsWith(ip)));
    return whole.map(({ ip, label }) => ({ field: ADDRESS, of: label, bytes: Buffer.from(ip) }));
  }

  #canaries(): readonly Canary[] {
    const times = [...this.#times].map(([at, known]) => ({ ...known, bytes: Buffer.from(String(at)) }));
    const all = [...this.#typist.canaries, ...this.#known, ...this.#addresses(), ...times];
    const distinct = new Map(
      all.map((canary) => [
        `${canary.field} ${canary.of} ${Buffer.from(canary.bytes).toString('hex')}`,
        canary,
      ]),
    );
    return [...distinct.values()];
  }

  #search(): CanarySearch {
    const canaries = this.#canaries();
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
      this.#sightings.push(...(await lookAtFolder(name, data, search, this.#times)));
      this.#sightings.push(...lookAtLog(name, log, search));
    }
    for (const { profile, log } of this.#people) {
      this.#sightings.push(...(await lookAtFolder('own disk', profile, search)));
      this.#sightings.push(...lookAtLog('own disk', log, search));
    }
    const { capture } = this.#world;
    if (capture === undefined) return;
    await capture.stop();
    this.#sightings.push(...lookAtNetwork(capture.file, search, this.#addresses()));
  }
}

function keyOf({ bytes }: Pick<Canary, 'bytes'>): string {
  return Buffer.from(bytes).toString('hex');
}
