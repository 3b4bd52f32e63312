import { LocalApiError, type LocalEvent, type Params } from '@sotto/local-api';
import { changePassphrase, profileKeyKind, unlockProfileKey } from '@sotto/store-sqlite';
import { type Owner, type OwnerRequest, openOwner, ownerFacts } from '../open-owner.ts';
import { storeRefusal } from '../open-profile-store.ts';
import { type LockedOwner, openLockedOwner } from './locked-owner.ts';

/** What one app has of its profile over time: a locked store, an empty one, an account, and an empty one again. */
export class AppHost {
  readonly #request: OwnerRequest;
  readonly #tell: (event: LocalEvent) => void;
  /** Rejects when a new owner cannot be made in the place of one whose account is gone. */
  readonly lost: Promise<never>;
  #lose: (error: unknown) => void = () => undefined;
  #owner: Owner | undefined;
  #locked: LockedOwner | undefined;
  /** Changes of owner come one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `tell` hears every event of every owner. */
  constructor(request: OwnerRequest, tell: (event: LocalEvent) => void) {
    this.#request = request;
    this.#tell = tell;
    this.lost = new Promise((_resolve, reject) => {
      this.#lose = reject;
    });
    this.lost.catch(() => undefined);
  }

  /** Own the profile, or its socket only where a passphrase is needed. Throws LocalApiError. */
  open(): Promise<void> {
    const waits = this.#request.passphraseFile === undefined && this.hasPassphrase();
    return this.#inTurn(() => (waits ? this.#openLocked() : this.#openStore({})));
  }

  /** The store waits for the passphrase. */
  get isShut(): boolean {
    return this.#owner === undefined;
  }

  hasPassphrase(): boolean {
    return profileKeyKind(this.#request.profile) === 'passphrase';
  }

  /** The owner of now, after a change that is under way. Throws LocalApiError `locked`. */
  async owner(): Promise<Owner> {
    await this.#turn;
    if (this.#owner !== undefined) return this.#owner;
    throw new LocalApiError('locked', 'the app is locked', 'give the passphrase');
  }

  /** Check a passphrase, and open the store with it where it is shut. Throws LocalApiError. */
  unlock(passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      const { profile: folder } = this.#request;
      const key = refusing(() => unlockProfileKey({ folder, passphrase }));
      if (this.#owner !== undefined) return;
      await this.#locked?.close();
      this.#locked = undefined;
      try {
        await this.#openStore({ key });
      } catch (error) {
        await this.#openLocked();
        throw error;
      }
    });
  }

  /** Set, change or drop it. The key of the store stays, so that the open store does not notice. Throws LocalApiError. */
  changePassphrase({ current, next }: Params<'app.passphrase'>): Promise<void> {
    return this.#inTurn(async () => {
      refusing(() =>
        changePassphrase({
          folder: this.#request.profile,
          ...(current === undefined ? {} : { from: current }),
          ...(next === null ? {} : { to: next }),
        }),
      );
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#inTurn(async () => {
      await this.#locked?.close();
      await this.#owner?.close({ now: AbortSignal.abort() });
      this.#owner = undefined;
    });
  }

  async #openLocked(): Promise<void> {
    const { socket, log } = this.#request;
    this.#locked = await openLockedOwner(socket, ownerFacts(this.#request), log);
  }

  async #openStore(unlocked: Pick<OwnerRequest, 'key'>): Promise<void> {
    const owner = await openOwner({ ...this.#request, ...unlocked, create: true });
    this.#owner = owner;
    owner.subscribe((event) => this.#tell(event));
    void owner.retired.then(() => this.#beginAnew(owner)).catch(this.#lose);
    await owner.openRoads();
  }

  /** The account is gone: its folder is emptied, and the next person may begin. */
  async #beginAnew(retired: Owner): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#closed) return;
      await retired.close({ now: AbortSignal.abort() });
      this.#owner = undefined;
      await this.#openStore({});
      this.#tell({ event: 'account', state: 'none' });
    });
  }

  #inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function refusing<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw storeRefusal(error);
  }
}
