import { type BencodedValue, type Bytes, decodeBencoded } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { Peer } from '@sotto/oxenmq';
import { describe, expect, it } from 'vitest';
import { MONITOR_TIME } from '../constants.ts';
import { Monitors } from './monitors.ts';

const mailbox = randomBytes(33);
const message = { hash: 'h'.repeat(43), timestamp: 5, expiry: 6, data: randomBytes(9) };
const box = { mailbox, namespace: 0 };

function listener(id: number) {
  const closing = new AbortController();
  const heard: unknown[] = [];
  const peer: Peer = {
    ...{ id, key: randomBytes(32), address: '198.51.100.1', isNode: false, closed: closing.signal },
    send: (command, dict) => {
      heard.push([command, decodeBencoded(dict as Bytes, { depth: 2, values: 9 })]);
      return true;
    },
  };
  return { peer, heard, leave: () => closing.abort() };
}

function notice(...more: (readonly [string, BencodedValue])[]) {
  const about = [
    ['@', mailbox],
    ['h', new TextEncoder().encode(message.hash)],
    ['n', 0],
    ['t', 5],
    ['z', 6],
  ] as const;
  return ['notify.message', new Map<string, unknown>([...about, ...more])];
}

describe('monitors', () => {
  it('tell of what comes into the box, with its data to who asked for that', () => {
    const monitors = new Monitors();
    const [plain, whole, other] = [listener(1), listener(2), listener(3)];
    monitors.add(plain.peer, { mailbox, namespaces: [0], withData: false }, 0);
    monitors.add(whole.peer, { mailbox, namespaces: [0], withData: true }, 0);
    monitors.add(other.peer, { mailbox, namespaces: [1], withData: true }, 0);
    monitors.tell(box, message, 1);
    expect(plain.heard).toEqual([notice()]);
    expect(whole.heard).toEqual([notice(['~', message.data])]);
    expect(other.heard).toEqual([]);
  });

  it('add up on one connection, and are renewed together', () => {
    const monitors = new Monitors();
    const { peer, heard } = listener(1);
    monitors.add(peer, { mailbox, namespaces: [0], withData: true }, 0);
    monitors.add(peer, { mailbox, namespaces: [40], withData: false }, MONITOR_TIME);
    monitors.tell(box, message, 2 * MONITOR_TIME);
    expect(heard).toEqual([notice(['~', message.data])]);
    expect(monitors.count).toBe(1);
  });

  it('end after their time and with their connection', () => {
    const monitors = new Monitors();
    const [late, gone] = [listener(1), listener(2)];
    monitors.add(late.peer, { mailbox, namespaces: [0], withData: false }, 0);
    monitors.add(gone.peer, { mailbox, namespaces: [0], withData: false }, 10);
    gone.leave();
    expect(monitors.count).toBe(1);
    monitors.tell(box, message, MONITOR_TIME + 1);
    expect([late.heard, gone.heard, monitors.count]).toEqual([[], [], 0]);
    monitors.add(late.peer, { mailbox, namespaces: [0], withData: false }, 0);
    monitors.sweep(MONITOR_TIME + 1);
    expect(monitors.count).toBe(0);
    expect(monitors.add(gone.peer, { mailbox, namespaces: [0], withData: false }, 0)).toBe(false);
  });
});
