import { swarmFor } from '@sotto/directory';
import type { Traced } from '../../storage-nodes.ts';
import type { Person } from '../world/person.ts';
import type { Server } from '../world/server.ts';
import type { TaintWorld } from '../world/world.ts';
import type { Sighting } from './sighting.ts';

/**
 * The parts that a server plays towards what was seen with it. One storage node is guard of some, keeps mailboxes of
 * others and is a further hop for everybody; what it may know depends on which of these it is *to the one whom the
 * sighting is about*.
 */
export class Roles {
  readonly #relay: string;
  readonly #nodes: ReadonlyMap<string, Server>;
  readonly #guarded = new Set<string>();
  readonly #lists: TaintWorld['lists'];

  constructor({ relay, nodes, lists }: TaintWorld, trace: readonly Traced[], people: readonly Person[]) {
    this.#relay = relay.name;
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#lists = lists;
    const labels = new Map(people.flatMap(({ addresses, label }) => addresses.map((ip) => [ip, label])));
    for (const { node, from } of trace) {
      const label = labels.get(from);
      if (label !== undefined) this.#guarded.add(`${node} ${label}`);
    }
  }

  of({ where, of, mailbox }: Sighting): readonly string[] {
    const node = this.#nodes.get(where);
    if (node === undefined) return [where === this.#relay ? 'relay' : where];
    const roles = [
      ...(this.#guarded.has(`${node.ip} ${of}`) ? ['guard'] : []),
      ...(mailbox !== undefined && this.#keeps(node, mailbox) ? ['member'] : []),
    ];
    return roles.length > 0 ? roles : ['hop'];
  }

  /** By any list that there was: who leaves a swarm has what it kept until it is over. */
  #keeps({ ip }: Server, mailbox: Uint8Array): boolean {
    return this.#lists.some((list) => swarmFor(list, mailbox).nodes.some((member) => member.ip === ip));
  }
}
