import {
  type AccountValue,
  type AppStateValue,
  DEFAULT_SETTINGS,
  type LocalApi,
  LocalApiError,
  type LocalEvent,
  type RoadStatusValue,
  type SettingsValue,
} from '@sotto/local-api';
import { create } from 'zustand';
import { forgetChats, loadChats } from './chats-store.ts';
import { api, onEvent, onOpen } from './connection.ts';
import { mergeRoad } from './merge-road.ts';

/** What every screen may need: the stage, the account, the settings and the roads. */
interface App {
  readonly state: AppStateValue | undefined;
  readonly account: AccountValue | undefined;
  readonly settings: SettingsValue;
  readonly roads: readonly RoadStatusValue[];
  /** The account went on without this device. */
  readonly replaced: boolean;
}

const EMPTY: App = {
  state: undefined,
  account: undefined,
  settings: DEFAULT_SETTINGS,
  roads: [],
  replaced: false,
};

export const useApp = create<App>(() => EMPTY);

/** Follow the program: read everything when a connection is there, and again when the stage changes. */
export function followApp(): void {
  onOpen((opened) => void readAll(opened));
  onEvent((event) => apply(event));
}

async function readAll(opened: LocalApi): Promise<void> {
  try {
    await catchUpLocking(opened);
    const state = await opened.call('app.state', {});
    if (state.stage !== 'ready') {
      forgetChats();
      useApp.setState({ ...EMPTY, state }, true);
      return;
    }
    // Before the first read, so that nothing falls between.
    await opened.call('events.subscribe', {});
    const [account, settings, status] = await Promise.all([
      opened.call('account.show', {}),
      opened.call('settings.read', {}),
      opened.call('status', {}),
      loadChats(opened),
    ]);
    useApp.setState({ state, account, settings, roads: status.roads, replaced: status.replaced === true });
  } catch (error) {
    // It was locked or lost meanwhile; what comes next reads again.
    if (!(error instanceof LocalApiError)) throw error;
  }
}

/** The page has hidden everything by itself, and has still to have the program lock. */
let owesLock = false;

/**
 * Lock, because nobody is there. Without a connection the page hides by itself what it shows, and the program
 * hears of it before it is asked for anything else.
 */
export async function lockApp(): Promise<void> {
  try {
    await api().call('app.lock', {});
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
    const { state } = useApp.getState();
    // There is no passphrase any more to lock with.
    if (error.code === 'not-possible' || state?.stage !== 'ready') return;
    owesLock = true;
    forgetChats();
    useApp.setState({ ...EMPTY, state: { ...state, stage: 'locked' } }, true);
  }
}

async function catchUpLocking(opened: LocalApi): Promise<void> {
  if (!owesLock) return;
  try {
    await opened.call('app.lock', {});
  } catch (error) {
    if (!(error instanceof LocalApiError) || error.code !== 'not-possible') throw error;
  }
  owesLock = false;
}

/** After an account was made or brought back, or the app was unlocked by this page. */
export async function readAgain(): Promise<void> {
  await readAll(api());
}

export function setAccount(account: AccountValue): void {
  useApp.setState({ account });
}

/** Keep a choice. Shown at once, and taken back when it could not be kept. */
export async function changeSettings(change: Partial<SettingsValue>): Promise<void> {
  const before = useApp.getState().settings;
  useApp.setState({ settings: { ...before, ...change } });
  try {
    useApp.setState({ settings: await api().call('settings.change', change) });
  } catch (error) {
    useApp.setState({ settings: before });
    throw error;
  }
}

function apply(event: LocalEvent): void {
  if (event.event === 'app') void readAgain();
  else if (event.event === 'settings') useApp.setState({ settings: event.settings });
  else if (event.event === 'road') {
    const { roads } = useApp.getState();
    const before = roads.find(({ road }) => road === event.status.road);
    const others = roads.filter(({ road }) => road !== event.status.road);
    useApp.setState({ roads: [...others, mergeRoad(before, event.status)] });
  } else if (event.event === 'account') void readStatus();
}

/** Roads with their paths, which events do not carry. */
export async function readStatus(): Promise<void> {
  try {
    const { roads, replaced } = await api().call('status', {});
    useApp.setState({ roads, replaced: replaced === true });
  } catch (error) {
    if (!(error instanceof LocalApiError)) throw error;
  }
}
