import { type Bytes, toHex } from '@sotto/bytes';
import type { QueueName } from '@sotto/mailbox';
import { CLOSE } from '@sotto/protocol';
import type { Caller } from '../http/call.ts';

/** What the relay tells a device of its own accord. */
export interface Notice {
  readonly path: string;
  readonly body: Bytes;
}

/** What the registry needs of a socket. */
export interface DeviceSocket {
  readonly caller: Caller;
  /** False for sockets that asked not to be given messages. */
  readonly delivers: boolean;
  /** Of those that deliver to a device, in whichever process, the one with the greatest is the newest. */
  readonly order: number;
  /** There is new mail in the device's queue. */
  wake(): void;
  /** The newest mail of the device's queue has this position. */
  newestIs(position: number): void;
  /** True for sockets that asked for notices. */
  readonly notices: boolean;
  /** Say something that wants no answer. */
  notify(notice: Notice): void;
  close(code: number): void;
}

/** Other processes of the relay, which have other devices connected. */
export interface OtherProcesses {
  /** Hear what concerns an account, or no more. */
  listen(account: Bytes): void;
  ignore(account: Bytes): void;
  mail(queue: QueueName): void;
  connected(queue: QueueName, order: number): void;
  revoked(account: Bytes, device?: number): void;
}

/** The authenticated sockets that are open, in memory only: who is connected is written nowhere. */
export class Connections {
  readonly #sockets = new Map<string, Set<DeviceSocket>>();
  #others: OtherProcesses | undefined;

  /** From now on others are told too. */
  tell(others: OtherProcesses): void {
    this.#others = others;
  }

  /** A device has one delivering socket, the newest: others are closed with 4409 (signal-service §1.4). */
  add(socket: DeviceSocket): { readonly replaced: boolean } {
    const { aci, device } = socket.caller;
    const key = toHex(aci);
    const queue = { account: aci, device };
    const sockets = this.#sockets.get(key) ?? new Set();
    this.#sockets.set(key, sockets.add(socket));
    this.#others?.listen(aci);
    if (!socket.delivers) return { replaced: false };
    const newest = this.#newest(queue);
    this.#others?.connected(queue, newest);
    return { replaced: this.#closeOlder(queue, newest) };
  }

  remove(socket: DeviceSocket): void {
    const { aci } = socket.caller;
    const key = toHex(aci);
    const sockets = this.#sockets.get(key);
    sockets?.delete(socket);
    if (sockets?.size !== 0) return;
    this.#sockets.delete(key);
    this.#others?.ignore(aci);
  }

  wake(queue: QueueName): void {
    this.wakeHere(queue);
    this.#others?.mail(queue);
  }

  takesNotices(device: QueueName): boolean {
    return this.#of(device).some(({ notices }) => notices);
  }

  notify(device: QueueName, notice: Notice): void {
    for (const socket of this.#of(device)) if (socket.notices) socket.notify(notice);
  }

  /** Credentials of the account, or of one `device`, have changed or gone: its sockets are closed with 4401. */
  revoke(aci: Bytes, device?: number): void {
    this.revokeHere(aci, device);
    this.#others?.revoked(aci, device);
  }

  wakeHere(queue: QueueName): void {
    for (const socket of this.#delivering(queue)) socket.wake();
  }

  /**
   * The device has connected to another process; whether a socket here was closed for it. The word of it may have been long
   * on its way: one here that is newer stays, and says so.
   */
  connectedElsewhere(queue: QueueName, order: number): boolean {
    const newest = this.#newest(queue);
    if (newest > order) this.#others?.connected(queue, newest);
    return this.#closeOlder(queue, order);
  }

  revokeHere(aci: Bytes, device?: number): void {
    this.#revoke(aci, (caller) => device === undefined || caller.device === device);
  }

  /** The same of those that have logged in like this. */
  revokeLogin({ aci, device, login }: Caller): void {
    this.#revoke(aci, (caller) => caller.device === device && caller.login === login);
  }

  /** Every device that has a socket open. */
  *devices(): Iterable<Caller> {
    for (const sockets of this.#sockets.values()) for (const { caller } of sockets) yield caller;
  }

  *delivering(): Iterable<DeviceSocket> {
    for (const sockets of this.#sockets.values()) {
      for (const socket of sockets) if (socket.delivers) yield socket;
    }
  }

  #revoke(aci: Bytes, isMeant: (caller: Caller) => boolean): void {
    for (const socket of [...(this.#sockets.get(toHex(aci)) ?? [])]) {
      if (!isMeant(socket.caller)) continue;
      this.remove(socket);
      socket.close(CLOSE.credentialsRevoked);
    }
  }

  #newest(queue: QueueName): number {
    return Math.max(0, ...this.#delivering(queue).map(({ order }) => order));
  }

  #closeOlder(queue: QueueName, order: number): boolean {
    const older = this.#delivering(queue).filter((socket) => socket.order < order);
    for (const socket of older) {
      this.remove(socket);
      socket.close(CLOSE.connectedElsewhere);
    }
    return older.length > 0;
  }

  #delivering(queue: QueueName): readonly DeviceSocket[] {
    return this.#of(queue).filter(({ delivers }) => delivers);
  }

  #of({ account, device }: QueueName): readonly DeviceSocket[] {
    const sockets = this.#sockets.get(toHex(account));
    if (sockets === undefined) return [];
    return [...sockets].filter(({ caller }) => caller.device === device);
  }
}
