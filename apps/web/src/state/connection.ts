import { type LocalApi, LocalApiError, type LocalEvent } from '@sotto/local-api';
import { create } from 'zustand';
import { enter } from '../door/enter.ts';
import { forgetPass, keepPass, takePass } from '../door/pass.ts';

/** Where this tab stands with the program that served it. */
type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open'; readonly api: LocalApi }
  /** It was open and will be again, if the program lives. */
  | { readonly phase: 'lost' }
  /** No pass, or one of an earlier process: only a new link helps. */
  | { readonly phase: 'refused' };

export const useConnection = create<Connection>(() => ({ phase: 'connecting' }));

const listeners = new Set<(event: LocalEvent) => void>();
const openings = new Set<(api: LocalApi) => void>();

/** Told of every event of whatever connection there is. Returns how to stop it. */
export function onEvent(listener: (event: LocalEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called each time that a connection is there, before anything else is asked over it. */
export function onOpen(listener: (api: LocalApi) => void): void {
  openings.add(listener);
}

/** The connection as it is; rejects with LocalApiError `closed` while there is none. */
export function api(): LocalApi {
  const connection = useConnection.getState();
  if (connection.phase === 'open') return connection.api;
  throw new LocalApiError('closed', 'there is no connection to the program behind this page');
}

const PAUSES = [250, 500, 1_000, 2_000, 5_000];

/** Connect, and again whenever the connection is lost. Never returns while the page lives. */
export async function stayConnected(): Promise<void> {
  let pass = takePass();
  for (let failures = 0; ; ) {
    if (pass === undefined) {
      useConnection.setState({ phase: 'refused' }, true);
      return;
    }
    try {
      const { api: opened, admitted } = await enter(pass);
      pass = keepPass(admitted);
      failures = 0;
      opened.onEvent((event) => {
        for (const listener of [...listeners]) listener(event);
      });
      useConnection.setState({ phase: 'open', api: opened }, true);
      for (const listener of openings) listener(opened);
      await opened.ended;
      useConnection.setState({ phase: 'lost' }, true);
    } catch (error) {
      if (error instanceof LocalApiError && error.code === 'not-admitted') {
        forgetPass();
        pass = undefined;
        continue;
      }
      useConnection.setState({ phase: 'lost' }, true);
    }
    const pause = PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 5_000;
    failures += 1;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
