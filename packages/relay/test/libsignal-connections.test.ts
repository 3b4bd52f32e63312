import { ErrorCode, type Net } from '@signalapp/libsignal-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectProxy, createConnectProxy } from './_connect-proxy.ts';
import { createLibsignalWorld, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { ProvisioningListener } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';

/** How the official client comes to a relay. */

let world: LibsignalWorld;
let net: Net.Net;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());
beforeEach(() => {
  // What is set there is of no concern to others.
  net = world.relay.net();
});

const anonymous = (options: Parameters<Net.Net['connectUnauthenticatedChat']>[1] = {}) =>
  net.connectUnauthenticatedChat({ onConnectionInterrupted: () => undefined }, options);

describe('a connection', () => {
  let proxy: ConnectProxy;
  beforeEach(async () => {
    proxy = await createConnectProxy(world.relay.port);
    return () => proxy.close();
  });

  it('that was begun before it was wanted is the one that is used', async () => {
    const person = await world.newPerson();
    net.setProxy({ scheme: 'http', host: '127.0.0.1', port: proxy.port });
    await net.preconnectChat();
    expect(proxy.asked()).toBe(1);
    const listener = new MailListener();
    const chat = await net.connectAuthenticatedChat(person.username, person.password, false, listener);
    await listener.empty();
    expect(proxy.asked()).toBe(1);
    await chat.disconnect();
  });

  it('goes through a proxy that is named, through none that is not sound, and directly again', async () => {
    net.setProxyFromUrl(`http://127.0.0.1:${proxy.port}`);
    const through = await anonymous();
    expect(await through.accountExists({ account: serviceIdOf(await world.newPerson()) })).toBe(true);
    expect(`${through.connectionInfo()}`).toContain('through');
    await through.disconnect();
    expect(proxy.asked()).toBe(1);
    net.setInvalidProxy();
    await expect(anonymous()).rejects.toMatchObject({ code: ErrorCode.IoError });
    net.clearProxy();
    const direct = await anonymous();
    expect(`${direct.connectionInfo()}`).not.toContain('through');
    await direct.disconnect();
    expect(proxy.asked()).toBe(1);
  });

  it('says from where it goes, of each kind', async () => {
    const person = await world.newPerson();
    const kinds = [
      await anonymous(),
      await net.connectAuthenticatedChat(person.username, person.password, true, new MailListener()),
      await net.connectProvisioning(new ProvisioningListener()),
    ];
    for (const connection of kinds) {
      const { localPort, ipVersion } = connection.connectionInfo();
      expect([localPort > 0, ipVersion]).toEqual([true, 'IPv4']);
      await connection.disconnect();
    }
  });

  it('that is not wanted any more is given up, and the next one is made', async () => {
    const unwanted = new AbortController();
    const attempt = anonymous({ abortSignal: unwanted.signal });
    unwanted.abort();
    await expect(attempt).rejects.toMatchObject({ code: ErrorCode.Cancelled });
    net.onNetworkChange();
    net.setIpv6Enabled(false);
    const chat = await anonymous({ languages: ['de', 'en'] });
    expect((await chat.fetch({ verb: 'GET', path: '/v1/keepalive', headers: [] })).status).toBe(200);
    await chat.disconnect();
    await expect(chat.fetch({ verb: 'GET', path: '/v1/keepalive', headers: [] })).rejects.toMatchObject({
      code: ErrorCode.ChatServiceInactive,
    });
  });
});
