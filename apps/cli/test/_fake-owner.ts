import { PassThrough } from 'node:stream';
import {
  type Caller,
  COMMAND_NAMES,
  type ContactValue,
  connectLocalApi,
  createChannelPair,
  type Handlers,
  LocalApiError,
  type MessageValue,
  type Served,
  serveLocalApi,
} from '@sotto/local-api';
import { Output } from '../src/output.ts';
import type { Screen } from '../src/screens/screen.ts';

const ALICE = `05${'a1'.repeat(32)}`;
const BOB = `05${'b0'.repeat(32)}`;

/**
 * What is on the disk of a profile, and owners of it that come and go. The inbox behaves as the daemon's:
 * a durable cursor, pages, and a bell.
 */
export class FakeProfile {
  readonly inbox: MessageValue[] = [];
  marked = 0;
  owners = 0;
  settled = true;
  /** Run before each call; throw to answer with an error, or kill the owner. */
  before: (command: string, owner: Served) => void = () => undefined;
  /** Holds a read of the n-th owner back until it resolves. */
  beforeRead: (owner: number) => Promise<void> = async () => undefined;
  readonly callers = new Set<Caller>();
  given: Partial<Handlers> = {};

  readonly contacts: ContactValue[] = [];
  /** Why the road has stopped for good. */
  stop: string | null = null;

  put(text: string, changed: Partial<MessageValue> = {}): void {
    const at = 1_700_000_000_000 + this.inbox.length;
    const message: MessageValue = {
      ...{ event: 'message', id: `${ALICE}.1.${at}`, from: ALICE, from_name: 'Alice', to: BOB, text },
      ...{ road: 'relay', sent_at: at, received_at: at, request: false },
      ...changed,
    };
    this.inbox.push(message);
    for (const caller of this.callers) caller.emit(message);
  }

  /** A screen on this profile; each `reach` finds a new owner. */
  screen(json = true) {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const ending = new AbortController();
    const reach = async () => {
      this.owners += 1;
      const number = this.owners;
      const [near, far] = createChannelPair();
      const served: Served = serveLocalApi(
        far,
        this.#handlers(number, () => served),
        () => undefined,
      );
      const api = connectLocalApi(near);
      return {
        api,
        release: async () => {
          api.close();
          await served.ended;
        },
      };
    };
    const terminal = { stdin: new PassThrough(), stdout, stderr, environment: {}, signal: ending.signal };
    const screen: Screen = { terminal, output: new Output(terminal, json), reach };
    let out = '';
    stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
    });
    let err = '';
    stderr.setEncoding('utf8').on('data', (piece: string) => {
      err += piece;
    });
    const lines = () => out.split('\n').filter((line) => line !== '');
    return {
      screen,
      end: () => ending.abort(),
      lines,
      notes: () => err.split('\n').filter((line) => line !== ''),
      values: () => lines().map((line) => JSON.parse(line)),
    };
  }

  #handlers(number: number, owner: () => Served): Handlers {
    const refuse = () => Promise.reject(new LocalApiError('not-supported', 'not in this test'));
    const handlers = {
      ...Object.fromEntries(COMMAND_NAMES.map((name) => [name, refuse])),
      'events.subscribe': async (_params: unknown, caller: Caller) => {
        this.callers.add(caller);
        caller.onEnd(() => this.callers.delete(caller));
        return {};
      },
      'inbox.read': async ({ after, limit }: { after?: number; limit: number }) => {
        await this.beforeRead(number);
        const from = after ?? this.marked;
        const items = this.inbox.map((event, index) => ({ sequence: index + 1, event }));
        return { after: from, items: items.slice(from, from + limit) };
      },
      'inbox.mark': async ({ through }: { through: number }) => {
        this.marked = Math.max(this.marked, through);
        return {};
      },
      status: async () => ({
        ...{ account: 'ready', queued: 0, requests: 0, record_pending: false },
        roads: [
          { road: 'relay', state: this.stop === null ? 'up' : 'stopped', stop: this.stop, drained: true },
        ],
      }),
      'contacts.list': async () => ({ contacts: this.contacts }),
      'inbox.settle': () => (this.settled ? Promise.resolve({}) : new Promise(() => undefined)),
      ...this.given,
    } as unknown as Record<string, (params: unknown, caller: Caller) => Promise<unknown>>;
    const watched = COMMAND_NAMES.map((name) => [
      name,
      async (params: unknown, caller: Caller) => {
        this.before(name, owner());
        return await handlers[name]?.(params, caller);
      },
    ]);
    return Object.fromEntries(watched) as Handlers;
  }
}
