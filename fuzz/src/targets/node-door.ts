import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as ask } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import {
  blake2b,
  ed25519KeyPair,
  randomBytes,
  x25519,
  x25519KeyPair,
  xchacha20Poly1305Seal,
} from '@sotto/crypto';
import { formatListFile, newList, parseNodeFile, signList, withNodes } from '@sotto/directory';
import type { OnionHop } from '@sotto/onion';
import {
  encodeLayerFrame,
  formatClientRequest,
  formatInnerLayer,
  formatJson,
  formatOuterLayer,
  ONION_PATH,
  SEED_PATH,
  STORAGE_PATH,
} from '@sotto/protocol';
import { initNode, startNode } from '@sotto/storage-node';
import { Broken, type Parser, type Target } from '../target.ts';
import { counted } from './kit.ts';

const PORT = 22_021;
/** The node's clock goes on by so much with each input, so that no limit by time refuses them unread. Milliseconds. */
const STEP = 4;
const DAY = 86_400_000;

/** A real storage node on loopback, posted to as clients and servers post. */
export const nodeDoorTargets: readonly Target[] = [
  postTarget('node-storage', STORAGE_PATH, 'json', (hop, now) => {
    const mailbox = concatBytes(Uint8Array.of(5), hop.x25519);
    return [
      formatClientRequest({ method: 'info' }),
      formatClientRequest({ method: 'get_swarm', mailbox }),
      formatClientRequest({ method: 'sotto_directory' }),
      formatClientRequest({ method: 'active_nodes_bin' }),
      formatClientRequest({
        method: 'oxend_request',
        endpoint: 'get_service_nodes',
        params: { active_only: true, limit: 5 },
      }),
      formatClientRequest({
        method: 'store',
        mailbox,
        namespace: 40,
        data: counted(90),
        timestamp: now,
        expiry: now + DAY,
      }),
      formatClientRequest({ method: 'retrieve', mailbox, namespace: 40 }),
      formatClientRequest({
        method: 'batch',
        requests: [{ method: 'info' }, { method: 'get_swarm', mailbox }],
      }),
    ];
  }),
  postTarget('node-seed', SEED_PATH, 'json', () => {
    const fields = { public_ip: true, swarm_id: true, pubkey_ed25519: true };
    return [
      formatJson({
        jsonrpc: '2.0',
        id: '0',
        method: 'get_n_service_nodes',
        params: { active_only: true, fields },
      }),
      formatJson({ id: 1, method: 'get_service_nodes', params: { fields: ['height', 'swarm'], limit: 5 } }),
      formatJson({
        id: null,
        method: 'get_all_service_nodes',
        params: { poll_block_hash: 'ab', service_node_pubkeys: ['cd'] },
      }),
    ];
  }),
  postTarget(
    'node-onion',
    ONION_PATH,
    'layer',
    (_hop, now) => {
      const minute = minuteOf(now);
      const rpc = formatClientRequest({ method: 'info' });
      return [
        encodeLayerFrame(
          [rpc],
          formatInnerLayer({ kind: 'destination', minute, json: true, base64: false, pad: false }),
        ),
        encodeLayerFrame([rpc], { headers: '' }),
        encodeLayerFrame(
          [rpc],
          formatInnerLayer({
            kind: 'server',
            minute,
            protocol: 'https',
            host: 'localhost',
            port: 1,
            target: '/oxen/v4/lsrpc',
            wrap: true,
          }),
        ),
        encodeLayerFrame(
          [counted(90)],
          formatInnerLayer({
            kind: 'relay',
            minute,
            next: counted(32),
            ephemeralKey: counted(32),
            encryption: 'aes-gcm',
            wrap: false,
          }),
        ),
      ];
    },
    sealAnew,
  ),
];

const minuteOf = (time: number): number => Math.floor(time / 60_000);

/** As if it were made now: what is older than minutes is refused for that alone. */
function asOfNow(input: Bytes, { made, now }: Times): Bytes {
  const text = Buffer.from(input).toString('latin1');
  const fresh = text
    .replaceAll(`"t":${minuteOf(made)}`, `"t":${minuteOf(now)}`)
    .replaceAll(String(made), String(now))
    .replaceAll(String(made + DAY), String(now + DAY));
  return asBytes(new Uint8Array(Buffer.from(fresh, 'latin1')));
}

/** Under a fresh key each time, so that no layer is one that the node has seen. */
function sealAnew(input: Bytes, { x25519: recipient }: OnionHop): Bytes {
  const maker = x25519KeyPair(randomBytes(32));
  const shared = x25519(maker.secretKey, recipient);
  if (shared === undefined) throw new Error('not a key');
  const key = blake2b(32, concatBytes(shared, maker.publicKey, recipient));
  const nonce = randomBytes(24);
  const sealed = concatBytes(nonce, xchacha20Poly1305Seal({ key, nonce, plaintext: input }));
  return encodeLayerFrame(
    [sealed],
    formatOuterLayer({ ephemeralKey: maker.publicKey, encryption: 'xchacha20', hopNumber: 0 }),
  );
}

/** By the node's clock: when the seeds were made, and now. */
interface Times {
  readonly made: number;
  readonly now: number;
}

function postTarget(
  name: string,
  path: string,
  form: 'json' | 'layer',
  seedsFor: (hop: OnionHop, now: number) => readonly Bytes[],
  wrap: (input: Bytes, hop: OnionHop) => Bytes = (input) => input,
): Target {
  return {
    name,
    covers: [
      'packages/storage-node/src/http/serve-http.ts',
      ...(form === 'layer'
        ? ['packages/storage-node/src/onion/handle-layer.ts']
        : [
            'packages/storage-node/src/rpc/answer-seed.ts',
            'packages/storage-node/src/rpc/answer-rpc.ts',
            'packages/storage-node/src/rpc/service-nodes.ts',
          ]),
    ],
    form,
    refuses: [],
    slow: true,
    open: async (): Promise<Parser> => {
      const folder = mkdtempSync(join(tmpdir(), 'sotto-fuzz-node-'));
      // Neighbours by process number, so that two runs at once do not share an address.
      const ip = `127.${1 + (process.pid % 254)}.${name.length}.1`;
      const hop = parseNodeFile(
        JSON.stringify(await initNode({ data: join(folder, 'data'), ip, httpsPort: PORT, omqPort: 0 })),
      );
      const signer = ed25519KeyPair(counted(32));
      const empty = newList({
        signers: [signer.publicKey],
        threshold: 1,
        subnets: 'ignore',
        now: Date.now(),
      });
      const directory = join(folder, 'directory.json');
      writeFileSync(
        directory,
        formatListFile(signList(withNodes(empty, [{ ...hop, swarm: 0n }], Date.now()), signer.secretKey)),
      );
      let last = '';
      const log = (line: string): void => {
        if (line.includes('internal-error')) last = line;
      };
      let given = 0;
      const now = (): number => Date.now() + given * STEP;
      const made = now();
      const node = await startNode({
        data: join(folder, 'data'),
        listen: { host: ip, port: PORT },
        directory,
        log,
        now,
      });
      const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 1 });
      let failures = 0;
      return {
        seeds: seedsFor(hop, made),
        read: async (input) => {
          given += 1;
          const status = await post({ ip, path, agent }, wrap(asOfNow(input, { made, now: now() }), hop));
          const failed = node.events.totals()['internal-error'] ?? 0;
          if (failed !== failures) {
            failures = failed;
            throw new Broken(`the storage node met what it did not expect: ${last}`);
          }
          if (status === 500) throw new Broken('the storage node answers 500');
          if (status === 429) throw new Error('refused unread: the clock of this target goes too slowly');
          return status === 200 ? 'taken' : 'refused';
        },
        close: async () => {
          agent.destroy();
          await node.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

function post(
  to: { readonly ip: string; readonly path: string; readonly agent: Agent },
  body: Bytes,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = ask(
      {
        host: to.ip,
        port: PORT,
        method: 'POST',
        path: to.path,
        agent: to.agent,
        headers: { 'content-length': body.length },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
        answer.once('error', reject);
      },
    );
    asking.once('error', reject);
    asking.end(body.length === 0 ? utf8('') : body);
  });
}
