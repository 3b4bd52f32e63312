import type { CommandName } from '@sotto/local-api';

/** What a page may ask while the app is locked. */
export const WHILE_LOCKED: ReadonlySet<CommandName> = new Set([
  'app.state',
  'app.unlock',
  'app.lock',
  'words.list',
] as const);

/**
 * What a page asks by itself: to draw, to follow, to wait. Everything else is somebody's doing and puts
 * off the moment when the app locks.
 */
export const BY_ITSELF: ReadonlySet<CommandName> = new Set([
  ...WHILE_LOCKED,
  'account.show',
  'chats.list',
  'chats.mark',
  'chats.read',
  'chats.show',
  'contacts.devices',
  'contacts.list',
  'contacts.show',
  'doctor',
  'events.subscribe',
  'files.list',
  'files.put',
  'files.read',
  'files.show',
  'inbox.mark',
  'inbox.read',
  'inbox.settle',
  'network.show',
  'send.wait',
  'settings.read',
  'status',
] as const);
