import { z } from 'zod';
import { appCommands } from './app-commands.ts';
import { chatCommands } from './chat-commands.ts';
import { LocalApiError } from './errors.ts';
import { fileCommands } from './file-commands.ts';
import { MAX_FILES, MAX_PAGE } from './limits.ts';
import { messageId } from './names.ts';
import { account, adoptedList, check, contact, gap, message, roadChoice, sent, status } from './values.ts';

/** Bounds of what a user types; what it means is checked by the owner. */
const who = z.string().min(1).max(1024);
const name = z.string().max(256);
/** The longest network text (identity): a thousand storage nodes. */
const networkText = z.string().min(1).max(393_216);
const nothing = z.strictObject({});
const done = z.object({});
const contactInFull = contact.extend({
  /** Sixty digits, equal on both sides; null while their identity key is not known. */
  safety_number: z.string().nullable(),
  /** The same for a QR code, base64url; each side's differs. */
  safety_code: z.exactOptional(z.string()),
  /** What others add them by. */
  link: z.exactOptional(z.string()),
});
const contactCommand = { params: z.strictObject({ who }), result: contact };

/** Everything a screen can ask of the owner of a profile. */
const commands = {
  'account.create': {
    params: z.strictObject({
      name,
      /** Where the app was started with a network, that one may be meant by leaving this out. */
      network: z.exactOptional(networkText),
      ticket: z.exactOptional(z.string().max(4096)),
      /** Use no relay, also if the network names one. */
      onion_only: z.exactOptional(z.boolean()),
    }),
    result: account,
  },
  'account.restore': {
    params: z.strictObject({
      words: z.string().max(4096),
      name: z.exactOptional(name),
      network: z.exactOptional(networkText),
      ticket: z.exactOptional(z.string().max(4096)),
      onion_only: z.exactOptional(z.boolean()),
    }),
    /** `from_session`: 13 words of a Session account, whose chats do not continue here. */
    result: account.extend({ from_session: z.boolean() }),
  },
  'account.show': { params: nothing, result: account },
  'account.phrase': { params: nothing, result: z.object({ phrase: z.string() }) },
  /** The user has the words, as they show by giving them: this device forgets them. */
  'account.forget_phrase': { params: z.strictObject({ words: z.string().max(4096) }), result: account },
  /** Go by the list of storage nodes in this text: a newer one of the same network. */
  'account.network': { params: z.strictObject({ network: networkText }), result: adoptedList },
  /**
   * The owner ends after it. `force` erases here although the network did not answer; `here_only` does not
   * ask the network, so that the account can go on elsewhere. `only_here` in the answer: the account
   * lives on with another device, or not every road has confirmed that it is gone.
   */
  'account.delete': {
    params: z.strictObject({ force: z.boolean(), here_only: z.exactOptional(z.boolean()) }),
    result: z.object({ only_here: z.exactOptional(z.enum(['replaced', 'unconfirmed'])) }),
  },
  /** Answers when the message is on disk. */
  send: {
    params: z.strictObject({
      to: who,
      text: z.string().max(1024 * 1024),
      road: z.exactOptional(roadChoice),
      /** IDs that `files.end` gave; the text may be empty then. */
      files: z.exactOptional(z.array(z.string().max(64)).max(MAX_FILES)),
    }),
    result: sent,
  },
  /** Answers when the message is no longer queued, or after `timeout_ms` with what it is then. */
  'send.wait': {
    params: z.strictObject({ id: messageId, timeout_ms: z.int().nonnegative().max(86_400_000) }),
    result: sent,
  },
  'contacts.list': { params: nothing, result: z.object({ contacts: z.array(contact) }) },
  'contacts.add': { params: z.strictObject({ who, name: z.exactOptional(name) }), result: contact },
  'contacts.accept': contactCommand,
  'contacts.delete': { params: z.strictObject({ who }), result: z.object({ account_id: z.string() }) },
  'contacts.show': { params: z.strictObject({ who }), result: contactInFull },
  'contacts.block': contactCommand,
  'contacts.unblock': contactCommand,
  /** The user has compared the safety number, or takes that back. */
  'contacts.verify': contactCommand,
  'contacts.unverify': contactCommand,
  /** The user has seen the warning; sending goes on to the devices known before. */
  'contacts.acknowledge': contactCommand,
  'contacts.name': { params: z.strictObject({ who, name }), result: contact },
  'contacts.road': { params: z.strictObject({ who, road: roadChoice }), result: contact },
  /** Incoming messages after a sequence, oldest first; without `after`, after the last one marked. */
  'inbox.read': {
    params: z.strictObject({
      after: z.exactOptional(z.int().nonnegative()),
      limit: z.int().min(1).max(MAX_PAGE),
    }),
    result: z.object({
      /** Where this page begins; a screen goes on from here even if another one marks. */
      after: z.int(),
      items: z.array(z.object({ sequence: z.int(), event: z.discriminatedUnion('event', [message, gap]) })),
    }),
  },
  /** Everything up to this sequence has been shown. */
  'inbox.mark': { params: z.strictObject({ through: z.int().nonnegative() }), result: done },
  /** Answers when every road is empty and nothing is being opened or carried. */
  'inbox.settle': { params: nothing, result: done },
  'events.subscribe': { params: nothing, result: done },
  status: { params: nothing, result: status },
  doctor: { params: nothing, result: z.object({ checks: z.array(check) }) },
  ...chatCommands,
  ...fileCommands,
  ...appCommands,
} as const;

export type CommandName = keyof typeof commands;
export type Params<Name extends CommandName> = z.infer<(typeof commands)[Name]['params']>;
export type Result<Name extends CommandName> = z.infer<(typeof commands)[Name]['result']>;

export const COMMAND_NAMES = Object.keys(commands) as readonly CommandName[];

export function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(commands, text);
}

/** Throws LocalApiError `bad-params` that names the field, never its value. */
export function parseParams<Name extends CommandName>(command: Name, value: unknown): Params<Name> {
  const parsed = commands[command].params.safeParse(value);
  if (!parsed.success) {
    throw new LocalApiError('bad-params', `${command}: ${whatIsWrong(parsed.error.issues)}`);
  }
  return parsed.data as Params<Name>;
}

/** Throws LocalApiError `bad-frame`: the other side answered something else than it promised. */
export function parseResult<Name extends CommandName>(command: Name, value: unknown): Result<Name> {
  const parsed = commands[command].result.safeParse(value);
  if (!parsed.success) {
    throw new LocalApiError('bad-frame', `answer to ${command}: ${whatIsWrong(parsed.error.issues)}`);
  }
  return parsed.data as Result<Name>;
}

/** Paths and codes only: zod's messages may quote what came in. */
function whatIsWrong(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code: string }[],
): string {
  const first = issues[0];
  if (first === undefined) return 'malformed';
  const path = first.path.map(String).join('.');
  return path === '' ? `malformed (${first.code})` : `${path} is malformed (${first.code})`;
}
