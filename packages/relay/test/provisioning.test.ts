import { toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { decodeProvisioningAddress, type RequestFrame } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
let owner: Newcomer;
beforeAll(async () => {
  relay = await createTestRelay();
  owner = await registered(relay);
});
afterAll(() => relay.dispose());

const PATH = '/v1/websocket/provisioning/';

async function open(headers: Record<string, string> = {}, path = PATH) {
  const socket = await RawSocket.open(relay, headers, path);
  await until(() => socket.pushes().length === 1, 'the address has come');
  const [push] = socket.pushes() as [RequestFrame];
  return { socket, push, address: decodeProvisioningAddress(push.body ?? new Uint8Array()) };
}

const send = async (address: string, json: unknown, { authorization }: Partial<Newcomer> = owner) => {
  const headers = authorization === undefined ? {} : { authorization };
  return (await ask(relay, { verb: 'PUT', path: `/v1/provisioning/${address}`, headers, json })).status;
};
const message = (bytes = 100) => ({ body: toBase64(randomBytes(bytes)) });

describe('the socket of a device that waits to be linked', () => {
  it('is told its address, then one message, and closed with 1000 when that is answered', async () => {
    const { socket, push, address } = await open();
    expect(push).toMatchObject({ verb: 'PUT', path: '/v1/address' });
    expect(push.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
    socket.answer(push, 200);
    const sent = message();
    expect(await send(address, sent)).toBe(204);
    await until(() => socket.pushes().length === 2, 'the message has come');
    const [, second] = socket.pushes() as [RequestFrame, RequestFrame];
    expect([second.path, toBase64(second.body ?? new Uint8Array())]).toEqual(['/v1/message', sent.body]);
    expect(socket.closed).toBeUndefined();
    socket.answer(second, 200);
    await until(() => socket.closed !== undefined, 'the socket is closed');
    expect(socket.closed).toBe(1000);
    await until(async () => (await send(address, sent)) === 404, 'nobody waits there any more');
  });

  it('answers keep-alives and nothing else', async () => {
    const { socket } = await open();
    const status = async (id: bigint, verb: string, path: string) =>
      (await socket.request({ id, verb, path })).status;
    expect(await status(0n, 'GET', '/v1/keepalive/provisioning')).toBe(200);
    expect(await status(1n, 'GET', '/v1/keepalive')).toBe(200);
    expect(await status(2n, 'GET', '/v2/config')).toBe(404);
    expect(await status(3n, 'PUT', '/v1/devices/link')).toBe(404);
    expect(await status(4n, 'GET', `/v2/keys/${owner.aciText}/*`)).toBe(404);
    socket.close();
  });

  it('belongs to nobody, whoever it says it is, and is told of nothing', async () => {
    const { socket } = await open({ authorization: owner.authorization });
    const reply = await socket.request({ id: 1n, verb: 'GET', path: '/v1/accounts/whoami' });
    expect(reply.status).toBe(404);
    expect(socket.headers.has('x-signal-alert')).toBe(false);
    expect(socket.headers.get('x-signal-timestamp')).toMatch(/^[0-9]+$/);
    socket.close();
  });

  it('needs no slash, and gives every device an address of its own', async () => {
    const [one, two] = [await open({}, PATH.slice(0, -1)), await open()];
    expect(one.address).not.toBe(two.address);
    await send(two.address, message());
    await until(() => two.socket.pushes().length === 2, 'the message has come');
    expect(one.socket.pushes()).toHaveLength(1);
    for (const { socket } of [one, two]) socket.close();
  });

  it('has a place that is free again when it has gone', async () => {
    const { socket, address } = await open();
    socket.close();
    await until(async () => (await send(address, message())) === 404, 'nobody waits there any more');
  });

  it('is closed with 1001 when the relay stops', async () => {
    const own = await createTestRelay();
    const socket = await RawSocket.open(own, {}, PATH);
    await until(() => socket.pushes().length === 1, 'the address has come');
    await own.relay.close();
    await until(() => socket.closed !== undefined, 'the socket is closed');
    expect(socket.closed).toBe(1001);
    expect(own.relay.events.totals()['internal-error']).toBeUndefined();
    await (await own.restart()).dispose();
  });
});

describe('a message to it', () => {
  it('is 404 where nobody waits, whatever is in the path', async () => {
    for (const address of [`${'A'.repeat(22)}==`, 'A', '%00', 'A'.repeat(43), '=='.repeat(500)]) {
      expect(await send(address, message())).toBe(404);
    }
  });

  it('finds an address whose padding is escaped, or left out', async () => {
    for (const form of [(text: string) => encodeURIComponent(text), (text: string) => text.slice(0, 22)]) {
      const { socket, address } = await open();
      expect(await send(form(address), message())).toBe(204);
      socket.close();
    }
  });

  it('is of 256 KiB at most, and from a device', async () => {
    const { socket, address } = await open();
    expect(await send(address, { body: 'A'.repeat(256 * 1024 + 2_000) })).toBe(400);
    expect(await send(address, {})).toBe(422);
    expect(await send(address, { body: 'no base64' })).toBe(422);
    expect(await send(address, message(), {})).toBe(401);
    expect(await send(address, { body: 'A'.repeat(256 * 1024) })).toBe(204);
    await until(() => socket.pushes().length === 2, 'the message has come');
    expect(socket.pushes()[1]?.body).toHaveLength(192 * 1024);
    socket.close();
  });
});
