import {
  type AppStageValue,
  connectLocalApi,
  createChannelPair,
  type Handlers,
  LocalApiError,
  serveLocalApi,
} from '@sotto/local-api';
import { describe, expect, it } from 'vitest';
import { lockApp, readAgain, useApp } from './app-store.ts';
import { useChats } from './chats-store.ts';
import { useConnection } from './connection.ts';

const STATE = { label: 'alice', network: null, version: '0', build: '0', has_passphrase: true } as const;

/** A connection to a program that is open until it is told to lock. */
function connect(asked: string[]): void {
  let stage: AppStageValue = 'ready';
  const answers: Partial<Handlers> = {
    'app.lock': async () => {
      asked.push('app.lock');
      stage = 'locked';
      return {};
    },
    'app.state': async () => {
      asked.push('app.state');
      return { ...STATE, stage };
    },
  };
  const [screen, owner] = createChannelPair();
  serveLocalApi(owner, answers as Handlers, () => undefined);
  useConnection.setState({ phase: 'open', api: connectLocalApi(screen) }, true);
}

describe('locking without a connection', () => {
  it('hides everything, and locks the program before it is asked for anything', async () => {
    const chat = { 'contact.account_id': 'x' } as never;
    useChats.setState({ byId: new Map([['x', chat]]), order: ['x'] });
    useApp.setState({ state: { ...STATE, stage: 'ready' } });
    useConnection.setState({ phase: 'lost' }, true);
    await lockApp();
    expect(useApp.getState()).toMatchObject({ state: { stage: 'locked' }, account: undefined });
    expect(useChats.getState().order).toEqual([]);

    const asked: string[] = [];
    connect(asked);
    await readAgain();
    expect(asked).toEqual(['app.lock', 'app.state']);
    expect(useApp.getState().state?.stage).toBe('locked');
    // Once: who has unlocked since is not locked out again.
    await readAgain();
    expect(asked.slice(2)).toEqual(['app.state']);
  });

  it('leaves alone what has no passphrase to lock with', async () => {
    const [screen, owner] = createChannelPair();
    const refuse = () => Promise.reject(new LocalApiError('not-possible', 'there is no passphrase'));
    serveLocalApi(owner, { 'app.lock': refuse } as Partial<Handlers> as Handlers, () => undefined);
    useConnection.setState({ phase: 'open', api: connectLocalApi(screen) }, true);
    useApp.setState({ state: { ...STATE, stage: 'ready' } });
    await lockApp();
    expect(useApp.getState().state?.stage).toBe('ready');
  });
});
