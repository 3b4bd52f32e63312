import { setTimeout as pause } from 'node:timers/promises';
import { type LocalApi, LocalApiError, MAX_PAGE } from '@sotto/local-api';
import type { HistoryLog } from '../history/history-log.ts';
import { connectScreen } from './connect-screen.ts';

/** What `send` says when it has certainly written nothing down. */
const REFUSALS: ReadonlySet<string> = new Set([
  'bad-params',
  'bad-recipient',
  'unknown-contact',
  'blocked',
  'they-have-no-relay',
  'no-relay',
  'no-onion',
  'record-warning',
  'bad-message',
  'outbox-full',
  'device-replaced',
  'disk-full',
]);

/** A person who is told that their disk is full tries again. */
const UNTIL_ROOM_MS = 100;

export interface ScreenParts {
  readonly name: string;
  readonly log: HistoryLog;
  /** Name of whoever has this account. */
  readonly nameOf: (account: string) => string;
}

/**
 * A person's screen. It outlives the daemons that it talks to, shows what is new as `sotto receive --follow`
 * does, remembers how far it got, and writes all of that into the history.
 */
export class Screen {
  readonly #parts: ScreenParts;
  #api: LocalApi | undefined;
  #through: number | undefined;
  #held = false;
  #socket = '';
  #showing: Promise<void> = Promise.resolve();
  /** Texts shown so far, newest last: what an answer may answer. */
  readonly shown: { readonly from: string; readonly text: string }[] = [];

  constructor(parts: ScreenParts) {
    this.#parts = parts;
  }

  /** The owner to ask now; undefined while there is none. */
  get api(): LocalApi | undefined {
    return this.#api?.isOpen() === true ? this.#api : undefined;
  }

  /** Show and send nothing, although there may be an owner. */
  hold(held: boolean): void {
    this.#held = held;
  }

  /** Talk to the daemon that listens here, until it ends. */
  async attach(socket: string): Promise<void> {
    this.#socket = socket;
    const api = await connectScreen(socket);
    this.#api = api;
    if (this.#held) return;
    let wake: () => void = () => undefined;
    let rung = true;
    api.onEvent(() => {
      rung = true;
      wake();
    });
    void api.ended.then(() => wake());
    void this.#follow(api, async () => {
      if (!rung && api.isOpen()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rung = false;
    });
  }

  /** Let something else show what comes in; afterwards this goes on behind what was marked as shown. */
  async lend<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#held = true;
    await this.#showing.catch(() => undefined);
    this.#api?.close();
    try {
      return await work();
    } finally {
      this.#held = false;
      this.#through = undefined;
      await this.attach(this.#socket);
    }
  }

  /** Ask for a message to be sent, and write down what became of that. False when nobody could be asked. */
  async send(message: {
    readonly op: string;
    readonly to: string;
    readonly account: string;
    readonly text: string;
    readonly cause?: string;
  }): Promise<boolean> {
    const { api } = this;
    const { op, to, account, text, cause } = message;
    if (api === undefined || this.#held) return false;
    const { log, name } = this.#parts;
    log.add({ event: 'invoked', op, from: name, to, text, ...(cause === undefined ? {} : { cause }) });
    try {
      const { id } = await api.call('send', { to: account, text });
      log.add({ event: 'acknowledged', op, id });
    } catch (error) {
      const code = error instanceof LocalApiError ? error.code : 'unknown';
      log.add({ event: REFUSALS.has(code) ? 'refused' : 'unsure', op, why: `${code}: ${String(error)}` });
    }
    return true;
  }

  /** Every line of a chat, oldest first. */
  async readChat(account: string) {
    const { api } = this;
    if (api === undefined) throw new Error(`nobody owns the profile of ${this.#parts.name}`);
    const items = [];
    for (let after = 0, more = true; more; ) {
      const page = await api.call('chats.read', { who: account, limit: MAX_PAGE, after });
      items.push(...page.items);
      after = page.items.at(-1)?.sequence ?? after;
      more = page.has_after;
    }
    return items;
  }

  async #follow(api: LocalApi, bell: () => Promise<void>): Promise<void> {
    try {
      await api.call('events.subscribe', {});
      while (api.isOpen()) {
        await bell();
        this.#showing = this.#showNew(api);
        await this.#showing;
      }
    } catch (error) {
      if (api.isOpen()) {
        this.#parts.log.add({ event: 'finding', words: `${this.#parts.name} cannot read: ${String(error)}` });
        api.close();
      }
    }
  }

  async #showNew(api: LocalApi): Promise<void> {
    const { log, name, nameOf } = this.#parts;
    while (!this.#held) {
      const after = this.#through === undefined ? {} : { after: this.#through };
      const page = await api.call('inbox.read', { ...after, limit: MAX_PAGE });
      this.#through ??= page.after;
      for (const { sequence, event } of page.items) {
        const from = nameOf(event.from);
        if (event.event === 'gap') {
          log.add({ event: 'gap', who: name, from, missing: event.missing, id: event.id });
        } else {
          log.add({ event: 'shown', who: name, from, text: event.text, id: event.id });
          this.shown.push({ from, text: event.text });
        }
        this.#through = sequence;
      }
      if (page.items.length === 0) return;
      await mark(api, this.#through ?? 0);
    }
  }
}

/** Remember how far was shown, as soon as there is room for it. */
async function mark(api: LocalApi, through: number): Promise<void> {
  for (;;) {
    try {
      await api.call('inbox.mark', { through });
      return;
    } catch (error) {
      if (!(error instanceof LocalApiError) || error.code !== 'disk-full' || !api.isOpen()) throw error;
    }
    await pause(UNTIL_ROOM_MS);
  }
}
