import { z } from 'zod';
import { appState, settings } from './app-values.ts';
import { MAX_PASSPHRASE } from './limits.ts';
import { joined, networkSummary, networkView } from './network-values.ts';
import { account } from './values.ts';

const nothing = z.strictObject({});
const done = z.object({});
const passphrase = z.string().min(1).max(MAX_PASSPHRASE);

/** What a page asks about the app itself. The first four are answered while the app is locked. */
export const appCommands = {
  'app.state': { params: nothing, result: appState },
  /** Throws `wrong-passphrase`, or `busy` after several wrong ones. */
  'app.unlock': { params: z.strictObject({ passphrase }), result: done },
  /** All pages show nothing until the passphrase is given. Collecting goes on. */
  'app.lock': { params: nothing, result: done },
  /**
   * Somebody is there: touched a key or the screen. Pages tell it, at most every 20 s, so that the app does
   * not lock under somebody who only reads.
   */
  'app.touch': { params: nothing, result: done },
  /** Every word that recovery words are made of, sorted. */
  'words.list': { params: nothing, result: z.object({ words: z.array(z.string()) }) },
  /** Set, change or (`next` null) drop the passphrase; `current` where there is one. */
  'app.passphrase': {
    params: z.strictObject({ current: z.exactOptional(passphrase), next: passphrase.nullable() }),
    result: done,
  },
  /**
   * Where the page's own server gives the content of a file that is here: once, within a minute, as a download. It goes
   * from the store to the browser's disk without being in the page. Throws `unknown-file`, `not-possible`, `busy`.
   */
  'app.download': {
    params: z.strictObject({ id: z.string().min(1).max(64) }),
    result: z.object({ path: z.string() }),
  },
  'settings.read': { params: nothing, result: settings },
  'settings.change': { params: settings.partial().strict(), result: settings },
  /** A link by which somebody new comes into this network and finds this account; another one each time. */
  'network.share': { params: nothing, result: z.object({ link: z.string() }) },
  /**
   * The network that this account is in, with the list of storage nodes as it is today, as a text: a way in also where
   * nobody has signed the list, which no link leads to. Nobody is asked.
   */
  'network.text': { params: nothing, result: z.object({ network: z.string() }) },
  /**
   * The network that somebody's link leads to: the storage nodes named in it are asked, directly, since there is no path
   * yet. Throws `bad-network`, `unreachable`.
   */
  'network.join': { params: z.strictObject({ link: z.string().min(1).max(2048) }), result: joined },
  /** What a network text says; nobody is asked. Throws `bad-network`. */
  'network.inspect': {
    params: z.strictObject({ network: z.string().min(1).max(393_216) }),
    result: networkSummary,
  },
  'network.show': { params: nothing, result: networkView },
  /** Build new paths through the onion network; guards stay. */
  'paths.rotate': { params: nothing, result: done },
  /** Another name for oneself; contacts learn it with the next message. */
  'account.rename': { params: z.strictObject({ name: z.string().max(256) }), result: account },
} as const;
