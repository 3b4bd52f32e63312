import { toHex } from '@sotto/bytes';
import { type Category, OxenMq, OxenMqError, type OxenMqEvent } from '@sotto/oxenmq';
import { SWEEP_INTERVAL } from '../constants.ts';
import { StorageNodeError } from '../errors.ts';
import type { NodeEvent } from '../events.ts';
import type { OnionContext } from '../onion/handle-layer.ts';
import { Monitors } from './monitors.ts';
import { ClientRequests } from './serve-client.ts';
import { nodeCommands } from './serve-node.ts';
import { subscribe } from './subscribe.ts';

const EVENT: Readonly<Record<OxenMqEvent, NodeEvent>> = {
  accepted: 'omq-accepted',
  refused: 'omq-refused',
  dropped: 'omq-dropped',
  overrun: 'omq-overrun',
  noise: 'omq-noise',
};

export interface ServedOmq {
  readonly endpoint: OxenMq;
  /** End what looks after it. */
  stop(): void;
}

/**
 * OxenMQ of a node: connections to original nodes and, where it has a port for it, from them and from clients.
 * Rejects with StorageNodeError `cannot-listen`.
 */
export async function startOmq(
  context: OnionContext,
  listen: { readonly host: string; readonly port: number } | undefined,
): Promise<ServedOmq> {
  const { keys, directory, events, waiters, now } = context;
  const clients = new ClientRequests(context);
  const monitors = new Monitors();
  const endpoint = await OxenMq.open({
    keys: { publicKey: keys.x25519, secretKey: keys.x25519Secret.expose() },
    categories: categoriesOf(context, clients, monitors),
    isNode: (key) => directory.findByX25519(toHex(key)) !== undefined,
    isNodeAddress: (address) => directory.isAddress(address),
    count: (event) => events.count(EVENT[event]),
    failed: (error) => events.failed(error),
  });
  context.links.originals.use(endpoint);
  waiters.onStored((box, message) => monitors.tell(box, message, now()));
  const sweeping = setInterval(() => {
    clients.forgetAddresses();
    monitors.sweep(now());
  }, SWEEP_INTERVAL).unref();
  try {
    if (listen !== undefined) await endpoint.listen(listen.host, listen.port);
  } catch (error) {
    endpoint.cut();
    clearInterval(sweeping);
    if (!(error instanceof OxenMqError)) throw error;
    throw new StorageNodeError('cannot-listen', 'cannot listen on the OxenMQ port', { cause: error });
  }
  return { endpoint, stop: () => clearInterval(sweeping) };
}

function categoriesOf(
  context: OnionContext,
  clients: ClientRequests,
  monitors: Monitors,
): Readonly<Record<string, Category>> {
  const ofNodes = nodeCommands(context);
  return {
    sn: { access: 'node', find: (command) => ofNodes.get(command) },
    storage: { access: 'anybody', find: (command) => clients.find(command) },
    monitor: {
      access: 'anybody',
      find: (command) => {
        if (command !== 'messages') return undefined;
        return (parts, peer) =>
          clients.limited(peer, async () => {
            const body = parts.length === 1 ? parts[0] : undefined;
            return [await subscribe(context, monitors, body ?? new Uint8Array(), peer)];
          });
      },
    },
  };
}
