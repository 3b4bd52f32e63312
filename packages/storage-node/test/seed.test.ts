import { fromBase64, fromUtf8, toHex } from '@sotto/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildFor,
  createNetwork,
  nodeDestination,
  post,
  rpc,
  type TestNetwork,
  type TestNode,
} from './_network.ts';

/** Who the nodes are, told to clients of the original network that know none (session-protocol §4.5, §3.6). */

let network: TestNetwork;
let node: TestNode;

beforeAll(async () => {
  network = await createNetwork([2, 3]);
  node = network.nodes[0] as TestNode;
});
afterAll(() => network.close());

interface SeedAnswer {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: {
    readonly service_node_states?: readonly Readonly<Record<string, unknown>>[];
    readonly height?: number;
    readonly block_hash?: string;
    readonly unchanged?: boolean;
    readonly hardfork?: number;
    readonly status?: string;
  };
}

async function ask(body: object | string): Promise<SeedAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await post(node, '/json_rpc', text);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('application/json');
  return JSON.parse(answer.text) as SeedAnswer;
}

function question(params: object, method = 'get_n_service_nodes'): object {
  return { jsonrpc: '2.0', id: '0', method, params };
}

describe('a node as a seed', () => {
  it.each(['get_n_service_nodes', 'get_service_nodes', 'get_all_service_nodes'])(
    'answers %s as Session clients ask it',
    async (method) => {
      const fields = { public_ip: true, storage_port: true, pubkey_ed25519: true, pubkey_x25519: true };
      const { jsonrpc, id, result } = await ask(question({ active_only: true, fields }, method));
      expect({ jsonrpc, id }).toEqual({ jsonrpc: '2.0', id: '0' });
      expect(Object.keys(result ?? {}).sort()).toEqual(['service_node_states', 'status']);
      const expected = network.signed.list.nodes.map((listed) => ({
        public_ip: listed.ip,
        storage_port: listed.httpsPort,
        pubkey_ed25519: toHex(listed.ed25519),
        pubkey_x25519: toHex(listed.x25519),
      }));
      expect(result?.service_node_states).toEqual(expected);
    },
  );

  it('tells everything when no fields are named, swarm IDs as digits of 64 bits', async () => {
    const { text } = await post(node, '/json_rpc', JSON.stringify(question({})));
    expect(text).toContain('"swarm_id":9223372036854775808,');
    const { result } = JSON.parse(text) as SeedAnswer;
    expect(result).toMatchObject({ height: network.signed.list.sequence, hardfork: 19, status: 'OK' });
    expect(result?.block_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(result?.service_node_states?.[0]).toMatchObject({ active: true, funded: true });
  });

  it('takes fields as a list too', async () => {
    const { result } = await ask(question({ fields: ['height', 'swarm'] }));
    expect(Object.keys(result ?? {}).sort()).toEqual(['height', 'service_node_states', 'status']);
    expect(Object.keys(result?.service_node_states?.[0] ?? {})).toEqual(['swarm']);
  });

  it('leaves out of all fields in a list those with a minus', async () => {
    const whole = (await ask(question({ fields: ['all'] }))).result;
    const { result } = await ask(question({ fields: ['all', '-swarm_id', '-height'] }));
    expect(result).not.toHaveProperty('height');
    const [some, all] = [result, whole].map((one) => one?.service_node_states?.[0] ?? {});
    expect(Object.keys(all ?? {}).filter((name) => !Object.hasOwn(some ?? {}, name))).toEqual(['swarm_id']);
  });

  it('gives as many as the limit says, each once, and all beyond', async () => {
    for (const [limit, count] of [
      [2, 2],
      [5, 5],
      [99, 5],
      [-1, 5],
      [0, 5],
    ]) {
      const { result } = await ask(question({ limit, fields: ['pubkey_ed25519'] }));
      const keys = result?.service_node_states?.map(({ pubkey_ed25519: key }) => key);
      expect(new Set(keys).size, `limit ${limit}`).toBe(count);
      expect(keys).toHaveLength(count ?? 0);
    }
  });

  it('gives those that are named by key', async () => {
    const { result } = await ask(question({ service_node_pubkeys: [node.key.toUpperCase()] }));
    expect(result?.service_node_states).toEqual([expect.objectContaining({ public_ip: node.ip })]);
  });

  it('says no more than that nothing has changed to who has the newest', async () => {
    const hash = (await ask(question({ fields: ['block_hash'] }))).result?.block_hash;
    const { result } = await ask(question({ poll_block_hash: hash, fields: ['public_ip'] }));
    expect(result).toEqual({ unchanged: true, block_hash: hash, status: 'OK' });
    const other = await ask(question({ poll_block_hash: '00'.repeat(32), fields: ['public_ip'] }));
    expect(other.result).toMatchObject({ unchanged: false, block_hash: hash });
    expect(other.result?.service_node_states).toHaveLength(5);
  });

  it.each([
    ['{', null, -32700],
    ['[]', null, -32600],
    ['{"id":7}', 7, -32600],
    ['{"id":"a","method":"get_info"}', 'a', -32601],
    ['{"id":{"deep":1},"method":"get_info"}', null, -32601],
    ['{"id":1,"method":"get_service_nodes","params":[]}', 1, -32602],
    ['{"id":1,"method":"get_service_nodes","params":{"limit":"x"}}', 1, -32602],
    ['{"id":1,"method":"get_service_nodes","params":{"fields":[1]}}', 1, -32602],
    ['{"id":1,"method":"get_service_nodes","params":{"fields":true}}', 1, -32602],
    ['{"id":1,"method":"get_service_nodes","params":{"service_node_pubkeys":[1]}}', 1, -32602],
    ['{"id":1,"method":"get_service_nodes","params":{"poll_block_hash":1}}', 1, -32602],
  ])('says what is wrong with %s as JSON-RPC does', async (body, id, code) => {
    expect(await ask(body)).toEqual({
      jsonrpc: '2.0',
      id,
      error: { code, message: expect.any(String) },
    });
  });

  it('needs no parameters', async () => {
    const { result } = await ask({ id: 1, method: 'get_service_nodes' });
    expect(result?.service_node_states).toHaveLength(5);
  });

  it('refuses a question that is longer than any', async () => {
    expect(await ask(JSON.stringify({ method: 'x'.repeat(300_000) }))).toMatchObject({
      error: { code: -32700 },
    });
  });

  it('answers from outside the list, and only to POST', async () => {
    const outsider = await network.outsider();
    await network.start(outsider);
    const answer = await post(outsider, '/json_rpc', JSON.stringify(question({})));
    expect(JSON.parse(answer.text)).toMatchObject({ result: { status: 'OK' } });
    await network.stop(outsider);
    expect((await post(node, '/json_rpc', '', { method: 'GET' })).status).toBe(404);
  });
});

describe('active_nodes_bin', () => {
  it('is 51 bytes a node over HTTPS', async () => {
    const { status, bytes, headers } = await post(node, '/storage_rpc/v1', rpcText('active_nodes_bin'));
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'application/octet-stream',
    });
    expect(rows(bytes)).toEqual(expectedRows());
  });

  it('is the same in base64 in an onion and in a batch', async () => {
    const [, one, two, three] = network.nodes;
    const path = [one as TestNode, two as TestNode, three as TestNode];
    const built = buildFor(path, nodeDestination(node, 'active_nodes_bin', {}));
    const opened = built.open((await post(path[0] as TestNode, '/onion_req/v2', built.body)).bytes);
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    expect(rows(fromBase64(fromUtf8(opened.body)))).toEqual(expectedRows());
    const batch = { requests: [{ method: 'active_nodes_bin', params: {} }] };
    const { body } = await rpc(node, 'batch', batch);
    expect(rows(fromBase64(String(body.results?.[0]?.body)))).toEqual(expectedRows());
  });
});

function rpcText(method: string): string {
  return JSON.stringify({ method, params: {} });
}

function rows(bytes: Uint8Array): readonly object[] {
  expect(bytes.length % 51).toBe(0);
  return Array.from({ length: bytes.length / 51 }, (_, index) => {
    const row = Buffer.from(bytes.subarray(index * 51, (index + 1) * 51));
    return {
      key: row.subarray(0, 32).toString('hex'),
      swarm: row.readBigUInt64BE(32),
      ip: [...row.subarray(40, 44)].join('.'),
      ports: [row.readUInt16BE(44), row.readUInt16BE(46)],
      version: [...row.subarray(48)],
    };
  });
}

function expectedRows(): readonly object[] {
  return network.signed.list.nodes.map(({ ed25519, swarm, ip, httpsPort, omqPort }) => ({
    ...{ key: toHex(ed25519), swarm, ip, ports: [httpsPort, omqPort], version: [2, 8, 0] },
  }));
}
