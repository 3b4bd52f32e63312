import { fromBase64 } from '@sotto/bytes';
import { listWords } from '@sotto/identity';
import {
  type AppStageValue,
  type AppStateValue,
  type Caller,
  type Channel,
  COMMAND_NAMES,
  type CommandName,
  type Handlers,
  LocalApiError,
  type LocalEvent,
  type Params,
  type Result,
} from '@sotto/local-api';
import { Connections } from '../connections.ts';
import { type OwnerRequest, ownerFacts } from '../open-owner.ts';
import { AppHost } from './app-host.ts';
import { type Download, Downloads } from './downloads.ts';
import { GuessLimit } from './guess-limit.ts';
import { BY_ITSELF, WHILE_LOCKED } from './page-commands.ts';
import { ScreenLock } from './screen-lock.ts';

/** Windows of one person. */
const MAX_PAGES = 32;
/** Who asks for the content of a download: no channel. */
const NOBODY: Caller = {
  signal: new AbortController().signal,
  emit: () => undefined,
  onEnd: () => undefined,
};
/** How often it is looked whether somebody is still there. */
const LOOK_MS = 10_000;

export interface AppRequest {
  readonly owner: OwnerRequest;
  /** What `app.state` says beside the stage. */
  readonly facts: Omit<AppStateValue, 'stage' | 'has_passphrase'>;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

/**
 * One profile and the pages that show it. Pages stay connected while the profile is locked, deleted and
 * made anew; who owns it then is the host's affair. The profile's socket knows nothing of all this.
 */
export class App {
  readonly #facts: AppRequest['facts'];
  readonly #host: AppHost;
  readonly #pages: Connections;
  readonly #asked: Handlers;
  readonly #downloads: Downloads;
  readonly #guesses: GuessLimit;
  readonly #lock: ScreenLock;
  readonly #subscribed = new Set<Caller['emit']>();
  readonly #look: NodeJS.Timeout;
  /** Guesses come one after the other, so that each is counted before the next. */
  #guessing: Promise<unknown> = Promise.resolve();

  private constructor({ owner, facts, now }: AppRequest) {
    this.#facts = facts;
    this.#host = new AppHost(owner, (event) => this.#hear(event));
    this.#downloads = new Downloads(now);
    this.#asked = this.#handlers();
    this.#pages = new Connections(this.#asked, owner.log, ownerFacts(owner), MAX_PAGES);
    this.#guesses = new GuessLimit(now);
    this.#lock = new ScreenLock(now);
    this.#look = setInterval(() => void this.#lockWhenAlone(), LOOK_MS).unref();
  }

  /** Own the profile and wait for pages. Throws LocalApiError; then nothing is left open. */
  static async open(request: AppRequest): Promise<App> {
    const app = new App(request);
    try {
      await app.#host.open();
    } catch (error) {
      clearInterval(app.#look);
      throw error;
    }
    if (app.#host.isShut) app.#lock.lock();
    return app;
  }

  /** Rejects when there is no owner any more and none can be made. */
  get lost(): Promise<never> {
    return this.#host.lost;
  }

  /** A page that was let in. */
  add(page: Channel): void {
    this.#pages.add(page);
  }

  /** What a link that a page was given leads to, once; undefined for every other. */
  async download(path: string): Promise<Download | undefined> {
    const id = this.#downloads.take(path);
    if (id === undefined) return undefined;
    try {
      const { name, size } = await this.#ask('files.show', { id });
      return { name: name ?? undefined, size, content: this.#contentOf(id, size) };
    } catch (error) {
      // Deleted or locked meanwhile.
      if (error instanceof LocalApiError) return undefined;
      throw error;
    }
  }

  /** One piece in memory at a time. Ends with an error when the app is locked. */
  async *#contentOf(id: string, size: number): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < size; ) {
      const piece = fromBase64((await this.#ask('files.read', { id, from })).data);
      if (piece.length === 0) throw new LocalApiError('unknown-file', 'this file is shorter than it was');
      from += piece.length;
      yield piece;
    }
  }

  /** As a page would, so that nothing passes while the app is locked. */
  #ask<Name extends CommandName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    return this.#asked[name](params, NOBODY);
  }

  /** Tell pages that this is the end, then let go of the profile. */
  async close(): Promise<void> {
    clearInterval(this.#look);
    await this.#pages.finish(AbortSignal.abort());
    await this.#host.close();
  }

  #handlers(): Handlers {
    const own: Partial<Handlers> = {
      'app.state': async () => ({
        ...this.#facts,
        stage: await this.#stage(),
        has_passphrase: this.#host.hasPassphrase(),
      }),
      'app.unlock': ({ passphrase }) => this.#unlock(passphrase),
      'app.lock': async () => {
        if (!this.#lock.locked) this.#lockNow();
        return {};
      },
      'app.touch': async () => ({}),
      'app.passphrase': (change) => this.#changePassphrase(change),
      'app.download': async ({ id }) => {
        const { readable, state } = await this.#ask('files.show', { id });
        if (!readable) throw new LocalApiError('not-possible', `this file is not here: ${state}`);
        return { path: this.#downloads.give(id) };
      },
      'words.list': async () => ({ words: [...listWords()] }),
      'events.subscribe': async (_params, { emit, onEnd }) => {
        this.#subscribed.add(emit);
        onEnd(() => this.#subscribed.delete(emit));
        return {};
      },
    };
    const gated = COMMAND_NAMES.map((name) => [name, this.#gate(name, own[name])] as const);
    return Object.fromEntries(gated) as unknown as Handlers;
  }

  /** While the app is locked nothing of the profile passes, neither a question nor the answer to an earlier one. */
  #gate<Name extends CommandName>(name: Name, own: Handlers[Name] | undefined): Handlers[Name] {
    const gated = async (params: Params<Name>, caller: Caller): Promise<Result<Name>> => {
      const isOpen = WHILE_LOCKED.has(name);
      if (this.#lock.locked && !isOpen) throw isLocked();
      if (!BY_ITSELF.has(name)) this.#lock.touch();
      const answer = async () => {
        const handler = own ?? (await this.#host.owner()).handlers[name];
        return await handler(params, caller);
      };
      const [outcome] = await Promise.allSettled([answer()]);
      if (this.#lock.locked && !isOpen) throw isLocked();
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    };
    return gated as Handlers[Name];
  }

  async #stage(): Promise<AppStageValue> {
    if (this.#lock.locked) return 'locked';
    const stage = await (await this.#host.owner()).stage();
    return this.#lock.locked ? 'locked' : stage;
  }

  #hear(event: LocalEvent): void {
    // Somebody else than a page deleted the account; what there is now has no passphrase to ask for.
    const isNew = event.event === 'account' && event.state === 'none' && !this.#host.hasPassphrase();
    if (isNew) this.#lock.unlock();
    if (this.#lock.locked) return;
    for (const emit of [...this.#subscribed]) emit(event);
    if (event.event === 'account') this.#pages.emit({ event: 'app', stage: event.state });
  }

  async #unlock(passphrase: string): Promise<Result<'app.unlock'>> {
    await this.#guess(async () => {
      // What is open compares nothing, and so forgives nothing either.
      if (!this.#lock.locked) return;
      await this.#host.unlock(passphrase);
      this.#guesses.right();
      this.#lock.unlock();
    });
    this.#pages.emit({ event: 'app', stage: await this.#stage() });
    return {};
  }

  async #changePassphrase(change: Params<'app.passphrase'>): Promise<Result<'app.passphrase'>> {
    await this.#guess(async () => {
      await this.#host.changePassphrase(change);
      this.#guesses.right();
    });
    this.#pages.emit({ event: 'app', stage: await this.#stage() });
    return {};
  }

  /** `attempt` says itself when what it compared was right. */
  #guess(attempt: () => Promise<void>): Promise<void> {
    const guessed = this.#guessing.then(async () => {
      this.#guesses.check();
      try {
        await attempt();
      } catch (error) {
        if (error instanceof LocalApiError && error.code === 'wrong-passphrase') this.#guesses.wrong();
        throw error;
      }
    });
    this.#guessing = guessed.catch(() => undefined);
    return guessed;
  }

  #lockNow(): void {
    if (!this.#host.hasPassphrase()) {
      throw new LocalApiError('not-possible', 'there is no passphrase to lock with', 'set one first');
    }
    this.#lock.lock();
    this.#downloads.forget();
    this.#pages.emit({ event: 'app', stage: 'locked' });
  }

  /** The backstop of pages that are gone or asleep. */
  async #lockWhenAlone(): Promise<void> {
    if (this.#lock.locked || !this.#host.hasPassphrase()) return;
    try {
      const { lock_after: minutes } = await (await this.#host.owner()).settings();
      if (this.#lock.isOverdue(minutes)) this.#lockNow();
    } catch {
      // The owner is changing; it is looked again soon.
    }
  }
}

function isLocked(): LocalApiError {
  return new LocalApiError('locked', 'the app is locked', 'give the passphrase');
}
