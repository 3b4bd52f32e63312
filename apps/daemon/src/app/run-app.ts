import { basename } from 'node:path';
import type { Log } from '../log.ts';
import { summarizeNetwork } from '../network-values.ts';
import { canonicalProfile } from '../profile-folder.ts';
import { refuseSecondOwner } from '../refuse-second-owner.ts';
import { socketPath } from '../socket-path.ts';
import { openDoor } from '../web/open-door.ts';
import { readPage } from '../web/read-page.ts';
import { App } from './app.ts';
import { openBrowser } from './open-browser.ts';

export interface AppRunRequest {
  readonly profile: string;
  readonly passphraseFile?: string;
  /** Everything is dialled through it. */
  readonly proxy?: string;
  /** A loopback address, and a port or 0. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Network text for accounts that are made here. */
  readonly network?: string;
  /** What the app is called while it has no account; the folder's name unless given. */
  readonly label?: string;
  readonly version: string;
  /** The folder of the built page. */
  readonly pageFolder: URL | string;
  /** Show the page in the system's browser. */
  readonly open: boolean;
  /** Aborted to end. */
  readonly signal: AbortSignal;
  readonly onReady: (ready: { readonly url: string; readonly profile: string }) => Promise<void>;
  /** The browser could not be started. */
  readonly onNoBrowser: () => void;
  readonly log: Log;
}

/**
 * Own a profile, or the place where one will be, and show it to pages until told to end. Throws
 * LocalApiError `profile-in-use`, and DoorError when the address cannot be listened on.
 */
export async function runApp(request: AppRunRequest): Promise<void> {
  const { listen, network, signal, log } = request;
  const profile = await canonicalProfile(request.profile);
  const socket = socketPath(profile);
  const page = await readPage(request.pageFolder);
  const facts = {
    label: request.label ?? basename(profile),
    network: network === undefined ? null : summarizeNetwork(network),
    version: request.version,
    build: page.build,
  };
  await refuseSecondOwner(socket);
  const { passphraseFile, proxy } = request;
  const app = await App.open({
    owner: {
      profile,
      socket,
      daemon: true,
      log,
      ...(passphraseFile === undefined ? {} : { passphraseFile }),
      ...(proxy === undefined ? {} : { proxy }),
      ...(network === undefined ? {} : { network }),
    },
    facts,
    now: () => performance.now(),
  });
  try {
    const door = await openDoor({
      listen,
      page,
      onPage: (channel) => app.add(channel),
      download: (path) => app.download(path),
    });
    try {
      await request.onReady({ url: door.url, profile });
      if (request.open) void openBrowser({ door, profile, signal }).catch(() => request.onNoBrowser());
      await Promise.race([aborted(signal), app.lost]);
      await app.close();
    } finally {
      await door.close();
    }
  } finally {
    await app.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
