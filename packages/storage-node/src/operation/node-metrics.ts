import { ServerMetrics } from '@sotto/operation';
import { NODE_EVENTS, type NodeEvent } from '../events.ts';
import type { Held } from '../store/held.ts';

/** What is told of a node at one moment. Numbers of the whole, none of anybody. */
export interface NodeNumbers {
  readonly events: Readonly<Partial<Record<NodeEvent, number>>>;
  readonly connections: number;
  readonly underWay: number;
  readonly waiters: number;
  readonly linksOpened: number;
  readonly linksAccepted: number;
  readonly members: number;
  readonly membersLinked: number;
  readonly layers: number;
  readonly held: Held;
  readonly databaseBytes: number;
  readonly directorySequence: number;
  readonly diskFree: number | undefined;
  readonly ready: boolean;
}

export function createNodeMetrics(read: () => NodeNumbers): ServerMetrics {
  const metrics = new ServerMetrics({
    prefix: 'sotto_node_',
    events: NODE_EVENTS,
    totals: () => read().events,
  });
  const gauge = (name: string, help: string, value: (numbers: NodeNumbers) => number | undefined): void =>
    metrics.gauge(name, help, () => value(read()));
  gauge('ready', '1 while it takes new work', ({ ready }) => Number(ready));
  gauge('connections', 'Connections that are open, of clients and nodes', (now) => now.connections);
  gauge('requests_under_way', 'Requests of clients being answered, long polls too', (now) => now.underWay);
  gauge('waiters', 'Long polls that wait for mail', (now) => now.waiters);
  gauge('links_opened', 'Links to other nodes that are open', (now) => now.linksOpened);
  gauge('links_accepted', 'Links that other nodes hold open to this one', (now) => now.linksAccepted);
  gauge('swarm_members', 'Other members of the own swarm', (now) => now.members);
  gauge('swarm_members_linked', 'Of these, how many a link is open to', (now) => now.membersLinked);
  gauge('messages', 'Messages held', ({ held }) => held.messages);
  gauge('message_bytes', 'Bytes of messages held', ({ held }) => held.bytes);
  gauge('operations', 'Requests of owners that are remembered', ({ held }) => held.operations);
  gauge('layers_remembered', 'Opened onion layers that are remembered', (now) => now.layers);
  gauge('database_bytes', 'Taken by the database', (now) => now.databaseBytes);
  gauge('disk_free_bytes', 'Room left for data', (now) => now.diskFree);
  gauge('directory_sequence', 'Number of the list of nodes', (now) => now.directorySequence);
  return metrics;
}
