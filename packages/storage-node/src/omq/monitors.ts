import { type Bytes, encodeBencoded, toHex } from '@sotto/bytes';
import { clientAt, FairShare } from '@sotto/limits';
import type { Peer } from '@sotto/oxenmq';
import { MAX_MONITORED_NAMESPACES, MAX_MONITORS, MONITOR_TIME } from '../constants.ts';
import type { BoxName, StoredMessage } from '../store/messages.ts';

export interface Subscription {
  /** 33 bytes. */
  readonly mailbox: Bytes;
  readonly namespaces: readonly number[];
  readonly withData: boolean;
}

interface Monitor {
  readonly peer: Peer;
  readonly namespaces: Set<number>;
  withData: boolean;
  /** Milliseconds. */
  until: number;
  end(): void;
}

/** Clients on connections of their own who are told of what comes into a box, for as long as they renew it (§3.8). */
export class Monitors {
  readonly #byMailbox = new Map<string, Map<number, Monitor>>();
  readonly #byPeer = new Map<number, Set<Monitor>>();
  readonly #share = new FairShare(MAX_MONITORS);

  /** Tell this connection, too. What it has asked for before it goes on to get. False when there are too many. */
  add(peer: Peer, { mailbox, namespaces, withData }: Subscription, now: number): boolean {
    const key = toHex(mailbox);
    const there = this.#byMailbox.get(key)?.get(peer.id);
    if ((there?.namespaces.size ?? 0) + namespaces.length > 2 * MAX_MONITORED_NAMESPACES) return false;
    const monitor = there ?? this.#begin(key, peer);
    if (monitor === undefined) return false;
    for (const namespace of namespaces) monitor.namespaces.add(namespace);
    monitor.withData ||= withData;
    monitor.until = now + MONITOR_TIME;
    return true;
  }

  /** Something was committed to the box. */
  tell(box: BoxName, message: StoredMessage, now: number): void {
    const monitors = this.#byMailbox.get(toHex(box.mailbox));
    if (monitors === undefined) return;
    const about = {
      '@': box.mailbox,
      h: message.hash,
      n: box.namespace,
      t: message.timestamp,
      z: message.expiry,
    };
    for (const monitor of [...monitors.values()]) {
      if (monitor.until < now) monitor.end();
      else if (monitor.namespaces.has(box.namespace)) {
        const whole = monitor.withData ? { ...about, '~': message.data } : about;
        monitor.peer.send('notify.message', encodeBencoded(whole));
      }
    }
  }

  /** End what nobody has renewed. */
  sweep(now: number): void {
    for (const monitors of [...this.#byMailbox.values()]) {
      for (const monitor of [...monitors.values()]) if (monitor.until < now) monitor.end();
    }
  }

  get count(): number {
    return this.#share.taken;
  }

  #begin(key: string, peer: Peer): Monitor | undefined {
    const giveBack = peer.closed.aborted ? undefined : this.#share.enter(clientAt(peer.address));
    if (giveBack === undefined) return undefined;
    const monitors = this.#byMailbox.get(key) ?? new Map<number, Monitor>();
    this.#byMailbox.set(key, monitors);
    const ofPeer = this.#of(peer);
    const end = (): void => {
      giveBack();
      ofPeer.delete(monitor);
      monitors.delete(peer.id);
      if (monitors.size === 0 && this.#byMailbox.get(key) === monitors) this.#byMailbox.delete(key);
    };
    const monitor: Monitor = { peer, namespaces: new Set(), withData: false, until: 0, end };
    monitors.set(peer.id, monitor);
    ofPeer.add(monitor);
    return monitor;
  }

  /** All of one connection, which end with it. */
  #of(peer: Peer): Set<Monitor> {
    const known = this.#byPeer.get(peer.id);
    if (known !== undefined) return known;
    const monitors = new Set<Monitor>();
    this.#byPeer.set(peer.id, monitors);
    peer.closed.addEventListener('abort', () => {
      for (const monitor of [...monitors]) monitor.end();
      this.#byPeer.delete(peer.id);
    });
    return monitors;
  }
}
