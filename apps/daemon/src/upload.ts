import type { Bytes } from '@sotto/bytes';
import type { Client, KeepFileOutcome } from '@sotto/client';
import { LocalApiError, type Params } from '@sotto/local-api';

/** A file that a screen hands over piece by piece, while it is being written down. */
export interface Upload {
  /** `over`: nothing more is taken, and `end` says why. */
  put(piece: Bytes): Promise<'taken' | 'over'>;
  end(): Promise<KeepFileOutcome>;
  /** Nothing of it stays. */
  giveUp(): void;
}

type Piece = Bytes | 'end';

export function createUpload(client: Client, params: Params<'files.begin'>): Upload {
  let offered:
    | { readonly piece: Piece; readonly taken: () => void; readonly refused: () => void }
    | undefined;
  let wanted: ((piece: Piece) => void) | undefined;
  let fail: ((error: Error) => void) | undefined;
  let over = false;

  function next(): Promise<Piece> {
    if (over) return Promise.reject(givenUp());
    if (offered !== undefined) {
      const { piece, taken } = offered;
      offered = undefined;
      taken();
      return Promise.resolve(piece);
    }
    return new Promise((resolve, reject) => {
      wanted = resolve;
      fail = reject;
    });
  }

  async function* content(): AsyncGenerator<Bytes> {
    for (let piece = await next(); piece !== 'end'; piece = await next()) yield piece;
  }

  function offer(piece: Piece): Promise<void> {
    if (over || offered !== undefined) return Promise.reject(givenUp());
    if (wanted !== undefined) {
      const take = wanted;
      wanted = fail = undefined;
      take(piece);
      return Promise.resolve();
    }
    return new Promise((taken, reject) => {
      offered = { piece, taken, refused: () => reject(givenUp()) };
    });
  }

  function close(): void {
    over = true;
    offered?.refused();
    fail?.(givenUp());
    offered = wanted = fail = undefined;
  }

  const kept = client.keepFile({ ...params, content: content() }).finally(() => {
    // Whatever it was that ended it, what is still offered is not taken.
    over = true;
    offered?.taken();
    offered = undefined;
  });
  kept.catch(() => undefined);

  return {
    async put(piece) {
      if (over) return 'over';
      await offer(piece);
      return over ? 'over' : 'taken';
    },
    async end() {
      await offer('end').catch(() => undefined);
      return kept;
    },
    giveUp: close,
  };
}

function givenUp(): LocalApiError {
  return new LocalApiError('unknown-file', 'this file is not taken any more');
}
