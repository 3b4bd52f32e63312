import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { ed25519KeyPair, randomBytes } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import {
  decodeSignedList,
  formatListFile,
  newList,
  type SignedList,
  signList,
  withNodes,
} from '@sotto/directory';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../src/data/certificate.ts';
import { readNode } from '../src/data/node-keys.ts';
import { askOne } from '../src/directory/ask-others.ts';
import { NodeDirectory } from '../src/directory/node-directory.ts';
import { createEvents } from '../src/events.ts';
import { initNode, startNode } from '../src/index.ts';
import { Links } from '../src/link/links.ts';
import { openNodeStore } from '../src/store/node-store.ts';
import { NODE_MIGRATIONS } from '../src/store/schema.ts';
import {
  buildFor,
  createNetwork,
  createOwner,
  membersFor,
  nodeDestination,
  type Owner,
  plain,
  post,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';

/** Starting, ending, limits, and the list of nodes while it changes. */

let network: TestNetwork;
let node: TestNode;

beforeAll(async () => {
  network = await createNetwork([2]);
  const [first] = network.nodes;
  if (first === undefined) throw new Error('no node');
  node = first;
});
afterAll(() => network.close());

describe('a data folder', () => {
  it('and everything in it is the owner’s alone', async () => {
    expect((await stat(node.data)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(node.data)) {
      expect((await stat(join(node.data, name))).mode & 0o077, name).toBe(0);
    }
  });

  it('keeps its key when it is made again, with the new address', async () => {
    const data = join(network.dir, 'again');
    const first = await initNode({ data, ip: '203.0.113.7', httpsPort: 22021, omqPort: 0 });
    const second = await initNode({ data, ip: '203.0.113.8', httpsPort: 22022, omqPort: 22020 });
    expect(second).toEqual({ ...first, ip: '203.0.113.8', https_port: 22022, omq_port: 22020 });
  });

  it('remembers whose owner has come, and not who was only written to', async () => {
    const [comes, stays] = [createOwner(), createOwner()];
    for (const owner of [comes, stays]) await rpc(node, 'store', storeParams(owner, 'hello'));
    // One whom it does not belong to.
    const thief = createOwner();
    await rpc(node, 'retrieve', { ...retrieveParams(thief), pubkey: stays.pubkey });
    await rpc(node, 'retrieve', retrieveParams(comes));
    await network.stop(node);
    const store = openNodeStore(join(node.data, 'node.db'), () => undefined);
    const isNoted = (owner: Owner) => store.knownOwners.isNoted(owner.mailbox, Date.now());
    const noted = [comes, stays, thief].map(isNoted);
    store.close();
    await network.start(node);
    expect(noted).toEqual([true, false, false]);
  });

  it('with other files in it, none at all or already served is refused with words', async () => {
    const start = (data: string) =>
      startNode({ data, listen: { host: '127.0.0.1', port: 0 }, directory: network.file });
    await expect(start(join(network.dir, 'nowhere'))).rejects.toMatchObject({ code: 'no-node' });
    await expect(start(node.data)).rejects.toMatchObject({ code: 'in-use' });
    const made = { ip: '203.0.113.7', httpsPort: 22021, omqPort: 0 };
    await expect(initNode({ data: network.dir, ...made })).rejects.toMatchObject({ code: 'bad-data-folder' });
    const data = join(network.dir, 'none');
    await expect(initNode({ ...made, data, ip: '::1' })).rejects.toMatchObject({ code: 'bad-address' });
    await expect(initNode({ ...made, data, ip: '0.0.0.0' })).rejects.toMatchObject({ code: 'bad-address' });
  });

  it('with a damaged certificate is refused with words, and mended as they say', async () => {
    const data = join(network.dir, 'damaged');
    const made = { data, ip: '203.0.113.7', httpsPort: 22021, omqPort: 0 };
    await initNode(made);
    expect(readCertificate(data).privateKey).toContain('PRIVATE KEY');
    const files = ['certificate.pem', 'certificate-key.pem'].map((name) => join(data, name));
    const [, key = ''] = files;
    await writeFile(key, (await readFile(key, 'utf8')).replace('MIG', 'MIO'));
    expect(() => readCertificate(data)).toThrow(expect.objectContaining({ code: 'damaged-data' }));
    for (const file of files) await rm(file);
    await initNode(made);
    expect(readCertificate(data).privateKey).toContain('PRIVATE KEY');
  });

  it('has a database whose commits are synced', () => {
    const database = openDatabase({ path: join(network.dir, 'pragma.db'), migrations: NODE_MIGRATIONS });
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('secure_delete', { simple: true })).toBe(1);
    database.close();
  });
});

describe('a node that ends', () => {
  it('passes back what others answer by then, as the hop of a long poll', async () => {
    const own = await createNetwork([4]);
    try {
      const [guard, middle, exit, end] = own.nodes as [TestNode, TestNode, TestNode, TestNode];
      const wait = retrieveParams(createOwner(), 0, { wait: 1_500 });
      const { body, open } = buildFor([guard, middle, exit], nodeDestination(end, 'retrieve', wait));
      const polled = post(guard, '/onion_req/v2', body);
      await until('the poll is there', () => end.running?.events.totals()['layer-opened'] === 1);
      const stopped = own.stop(middle);
      const reply = await polled;
      expect(reply.status).toBe(200);
      expect(open(reply.bytes).outcome).toBe('opened');
      await stopped;
    } finally {
      await own.close();
    }
  });

  it('answers long polls, keeps what it acknowledged and is quick about it', async () => {
    const owner = createOwner();
    await rpc(node, 'store', storeParams(owner, 'kept'));
    const empty = createOwner();
    const waiting = rpc(node, 'retrieve', retrieveParams(empty, 40, { wait: 20_000 }));
    // The wait has begun when a request sent after it is answered.
    await rpc(node, 'info', {});
    const began = performance.now();
    await network.stop(node);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await waiting).status).toBe(200);
    await network.start(node);
    expect(textOf((await rpc(node, 'retrieve', retrieveParams(owner))).body)).toEqual(['kept']);
  });
});

describe('limits', () => {
  it('413 for a body over 10 MiB, announced or not, and not for one of exactly that', async () => {
    const fits = Buffer.concat([
      Buffer.from('{"method":"info","params":{}}'),
      Buffer.alloc(10_485_760 - 29, ' '),
    ]);
    expect((await post(node, '/storage_rpc/v1', fits)).status).toBe(200);
    const status = await new Promise((resolve, reject) => {
      const call = requestHttps(
        {
          ...{
            host: node.ip,
            port: node.httpsPort,
            path: '/storage_rpc/v1',
            method: 'POST',
            rejectUnauthorized: false,
          },
          headers: { 'content-length': 10_485_761 },
        },
        (response) => resolve(response.statusCode),
      );
      call.on('error', reject);
      call.flushHeaders();
    });
    expect(status).toBe(413);
    const chunked = await new Promise((resolve) => {
      const call = requestHttps(
        {
          host: node.ip,
          port: node.httpsPort,
          path: '/storage_rpc/v1',
          method: 'POST',
          rejectUnauthorized: false,
        },
        (response) => resolve(response.statusCode),
      );
      // A client that is still writing may see the connection break instead.
      call.on('error', () => resolve('broken'));
      call.write(fits);
      call.end(' ');
    });
    expect([413, 'broken']).toContain(chunked);
    expect((await rpc(node, 'info', {})).status).toBe(200);
  });

  it('429 for one address that asks too much, while onion requests go on', async () => {
    const other = network.nodes[1];
    if (other === undefined) throw new Error('no other node');
    const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
    const ask = () =>
      new Promise<number>((resolve, reject) => {
        const call = requestHttps(
          { host: other.ip, port: other.httpsPort, path: '/storage_rpc/v1', method: 'POST', agent },
          (response) => {
            response.resume();
            response.on('end', () => resolve(response.statusCode ?? 0));
          },
        );
        call.on('error', reject);
        call.end('{"method":"info","params":{}}');
      });
    // At a frozen clock nothing comes back into the bucket.
    const frozen = Date.now();
    const real = Date.now;
    Date.now = () => frozen;
    let statuses: number[];
    try {
      statuses = await Promise.all(Array.from({ length: 700 }, ask));
    } finally {
      Date.now = real;
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(500);
    const built = buildFor([other], nodeDestination(node, 'info', {}));
    expect((await post(other, '/onion_req/v2', built.body)).status).toBe(200);
    agent.destroy();
  });

  it('nothing that anybody posts is answered with anything but a status, and the node lives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/storage_rpc/v1', '/onion_req/v2', '/sotto/link/v1/hello'),
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        async (path, body) => {
          const { status } = await post(node, path, Buffer.from(body));
          expect([400, 404]).toContain(status);
        },
      ),
      { numRuns: 60 },
    );
    expect((await rpc(node, 'info', {})).status).toBe(200);
    expect(node.running?.events.totals()['internal-error']).toBeUndefined();
  });
});

describe('the directory', () => {
  const write = (signed: SignedList) => writeFile(network.file, formatListFile(signed));
  const change = (nodes: readonly TestNode[], by = network.signer): SignedList =>
    signList(withNodes(network.signed, nodes.map(plain), Date.now()), by.secretKey);

  it('is taken anew when the file changes, and not when others have signed it', async () => {
    const [, second] = network.nodes;
    if (second === undefined) throw new Error('no second node');
    const forged = ed25519KeyPair(randomBytes(32));
    const foreign = newList({
      signers: [forged.publicKey],
      threshold: 1,
      subnets: 'ignore',
      now: Date.now(),
    });
    await write(
      signList(
        withNodes(withNodes(foreign, [plain(node)], Date.now()), [plain(node)], Date.now()),
        forged.secretKey,
      ),
    );
    await until(
      'the forged list is refused',
      () => (node.running?.events.totals()['directory-refused'] ?? 0) > 0,
    );
    expect(node.running?.directory.signed).toEqual(network.signed);
    const smaller = change([node]);
    await write(smaller);
    await until(
      'the new list is taken',
      () => node.running?.directory.list.sequence === smaller.list.sequence,
    );
    await until('and by the one who is out', () => second.running?.directory.self === undefined);
    network.signed = smaller;
    const owner = createOwner();
    expect((await rpc(second, 'get_swarm', { pubkey: owner.pubkey })).status).toBe(503);
    // Clients whose guard it was hear of it here.
    const told = await rpc(second, 'sotto_directory', {});
    expect(told).toMatchObject({ status: 200, body: { list: expect.any(String) } });
    const batch = { requests: [{ method: 'sotto_directory', params: {} }] };
    expect((await rpc(second, 'batch', batch)).status).toBe(503);
    const alone = await rpc(node, 'store', storeParams(owner, 'x'));
    expect(Object.keys(alone.body.swarm ?? {})).toEqual([node.key]);
    expect(membersFor(network, owner.mailbox).inside).toContain(node);
  });

  it('is learnt from another node, whatever the own file says', async () => {
    const newer = signList(
      withNodes(network.signed, network.nodes.map(plain), Date.now()),
      network.signer.secretKey,
    );
    node.running?.directory.offer(newer);
    const [, second] = network.nodes;
    const keys = second === undefined ? undefined : readNode(second.data)?.keys;
    if (second === undefined || keys === undefined) throw new Error('no second node');
    await network.stop(second);
    const events = createEvents(() => undefined);
    const directory = new NodeDirectory({
      data: second.data,
      source: network.file,
      key: keys.ed25519,
      events,
    });
    expect(directory.signed).toEqual(network.signed);
    const links = new Links({ keys, localAddress: undefined, events, now: Date.now });
    await askOne(directory, links);
    links.cut();
    expect(directory.signed).toEqual(newer);
    const again = new NodeDirectory({ data: second.data, source: network.file, key: keys.ed25519, events });
    expect(again.signed).toEqual(newer);
    network.signed = newer;
    await network.start(second);
  });

  it('that is older than the one pinned changes nothing, also at a start', async () => {
    const { signed } = network;
    const older = signList(
      withNodes({ ...signed, list: { ...signed.list, sequence: 1 } }, [], Date.now()),
      network.signer.secretKey,
    );
    await write(older);
    await network.stop(node);
    await network.start(node);
    expect(node.running?.directory.signed).toEqual(signed);
    expect(decodeSignedList(await readFile(join(node.data, 'directory.list')))).toEqual(signed);
    await write(signed);
  });

  it('of somebody else is refused at a start, with words', async () => {
    const forged = ed25519KeyPair(randomBytes(32));
    const foreign = newList({
      signers: [forged.publicKey],
      threshold: 1,
      subnets: 'ignore',
      now: Date.now(),
    });
    await network.stop(node);
    await write(signList(foreign, forged.secretKey));
    await expect(network.start(node)).rejects.toMatchObject({
      code: 'bad-directory',
      message: expect.stringContaining('not signed by those'),
    });
    await write(network.signed);
    await network.start(node);
  });

  it('of addresses on the internet lets no trace be kept', async () => {
    const data = join(network.dir, 'public');
    const made = await initNode({ data, ip: '8.8.8.8', httpsPort: 22021, omqPort: 0 });
    expect(made.ip).toBe('8.8.8.8');
    const file = join(network.dir, 'public.json');
    const list = newList({
      signers: [network.signer.publicKey],
      threshold: 1,
      subnets: 'distinct',
      now: Date.now(),
    });
    await writeFile(file, formatListFile(signList(list, network.signer.secretKey)));
    const started = startNode({
      data,
      listen: { host: '127.0.0.1', port: 0 },
      directory: file,
      trace: join(network.dir, 'forbidden'),
    });
    await expect(started).rejects.toMatchObject({ code: 'trace-refused' });
  });
});
