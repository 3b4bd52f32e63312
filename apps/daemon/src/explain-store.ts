import type { Handlers } from '@sotto/local-api';
import { storeRefusal } from './open-profile-store.ts';

type Handler = (...given: never[]) => Promise<unknown>;

/** The same handlers, telling in words what the store refuses: a full disk is no defect of the program. */
export function explainStore(handlers: Handlers): Handlers {
  const explained = Object.entries(handlers).map(([name, handler]: [string, Handler]) => [
    name,
    (...given: never[]) =>
      handler(...given).catch((error: unknown) => {
        throw storeRefusal(error);
      }),
  ]);
  return Object.fromEntries(explained) as Handlers;
}
