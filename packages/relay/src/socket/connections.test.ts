import { randomBytes } from '@sotto/crypto';
import { aciFromBytes } from '@sotto/identity';
import { CLOSE } from '@sotto/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Connections, type DeviceSocket } from './connections.ts';

const aci = aciFromBytes(randomBytes(16));
const queue = { account: aci, device: 1 };

let connections: Connections;
/** What other processes are told. */
let told: string[];
beforeEach(() => {
  told = [];
  connections = new Connections();
  connections.tell({
    listen: () => told.push('listen'),
    ignore: () => told.push('ignore'),
    mail: () => told.push('mail'),
    connected: (_queue, order) => told.push(`connected ${order}`),
    revoked: (_account, device) => told.push(`revoked ${device ?? 'all'}`),
  });
});

function connect(changes: Partial<DeviceSocket> = {}) {
  const closed: number[] = [];
  const socket: DeviceSocket = {
    caller: { aci, device: 1, login: 'salt' },
    delivers: true,
    order: 1,
    notices: false,
    wake: () => undefined,
    newestIs: () => undefined,
    notify: () => undefined,
    close: (code) => closed.push(code),
    ...changes,
  };
  return { closed, ...connections.add(socket) };
}

describe('of one device', () => {
  it('the socket that connected last delivers, whichever is served first', () => {
    const quiet = connect({ delivers: false, order: 0 });
    const second = connect({ order: 2 });
    const first = connect({ order: 1 });
    const third = connect({ order: 3 });
    expect([second.replaced, first.replaced, third.replaced]).toEqual([false, true, true]);
    expect([first.closed, second.closed]).toEqual([[CLOSE.connectedElsewhere], [CLOSE.connectedElsewhere]]);
    expect([quiet.closed, third.closed]).toEqual([[], []]);
    expect(told.filter((what) => what !== 'listen')).toEqual(['connected 2', 'connected 2', 'connected 3']);
  });

  it('only an older socket goes for one of another process, which is told of a newer one', () => {
    const [mine, other] = [connect({ order: 3 }), connect({ caller: { aci, device: 2, login: 'salt' } })];
    told = [];
    expect(connections.connectedElsewhere(queue, 2)).toBe(false);
    expect([mine.closed, told]).toEqual([[], ['connected 3']]);
    expect(connections.connectedElsewhere(queue, 4)).toBe(true);
    expect([mine.closed, other.closed, told]).toEqual([[CLOSE.connectedElsewhere], [], ['connected 3']]);
    expect(connections.connectedElsewhere(queue, 1)).toBe(false);
  });

  it('a login that is over takes its own sockets with it, and no other’s', () => {
    const before = connect({ order: 1 });
    const after = connect({ order: 2, delivers: false, caller: { aci, device: 1, login: 'new' } });
    connections.revokeLogin({ aci, device: 1, login: 'salt' });
    expect([before.closed, after.closed]).toEqual([[CLOSE.credentialsRevoked], []]);
    connections.revoke(aci, 2);
    expect(after.closed).toEqual([]);
    connections.revoke(aci);
    expect([after.closed, told.slice(-2)]).toEqual([[CLOSE.credentialsRevoked], ['ignore', 'revoked all']]);
  });
});
