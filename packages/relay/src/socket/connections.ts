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
  /** There is new mail in the device's queue. */
  wake(): void;
  /** True for sockets that asked for notices. */
  readonly notices: boolean;
  /** Say something that wants no answer. */
  notify(notice: Notice): void;
  close(code: number): void;
}

/** The authenticated sockets that are open, in memory only: who is connected is written nowhere. */
export class Connections {
  readonly #sockets = new Map<string, Set<DeviceSocket>>();

  /** A device has one delivering socket: an older one is closed with 4409 (signal-service §1.4). */
  add(socket: DeviceSocket): { readonly replaced: boolean } {
    const key = toHex(socket.caller.aci);
    const sockets = this.#sockets.get(key) ?? new Set();
    const older = socket.delivers
      ? [...sockets].filter((other) => other.delivers && other.caller.device === socket.caller.device)
      : [];
    for (const other of older) {
      sockets.delete(other);
      other.close(CLOSE.connectedElsewhere);
    }
    this.#sockets.set(key, sockets.add(socket));
    return { replaced: older.length > 0 };
  }

  remove(socket: DeviceSocket): void {
    const key = toHex(socket.caller.aci);
    const sockets = this.#sockets.get(key);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#sockets.delete(key);
  }

  wake(queue: QueueName): void {
    for (const socket of this.#delivering(queue)) socket.wake();
  }

  takesNotices(device: QueueName): boolean {
    return this.#of(device).some(({ notices }) => notices);
  }

  notify(device: QueueName, notice: Notice): void {
    for (const socket of this.#of(device)) if (socket.notices) socket.notify(notice);
  }

  /** Credentials of the account, or of one `device`, have changed or gone: its sockets are closed with 4401. */
  revoke(aci: Bytes, device?: number): void {
    for (const socket of [...(this.#sockets.get(toHex(aci)) ?? [])]) {
      if (device !== undefined && socket.caller.device !== device) continue;
      this.remove(socket);
      socket.close(CLOSE.credentialsRevoked);
    }
  }

  /** Every device that has a socket open. */
  *devices(): Iterable<Caller> {
    for (const sockets of this.#sockets.values()) for (const { caller } of sockets) yield caller;
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
