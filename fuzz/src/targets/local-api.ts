import { utf8 } from '@sotto/bytes';
import {
  COMMAND_NAMES,
  type CommandName,
  connectLocalApi,
  createChannelPair,
  encodeAdmitted,
  encodeHello,
  type Handlers,
  LineSplitter,
  LocalApiError,
  parseAdmitted,
  parseHello,
  readSettings,
  serveLocalApi,
} from '@sotto/local-api';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Read, type Target } from '../target.ts';
import { mustBeSame } from './kit.ts';

const SCHEMAS = [
  'app-commands',
  'app-values',
  'chat-commands',
  'chat-values',
  'commands',
  'events',
  'frames',
  'network-values',
  'values',
  'file-commands',
  'file-values',
].map((name) => `packages/local-api/src/${name}.ts`);
const ID = `05${'a1'.repeat(32)}`;
const TOKEN = 'x'.repeat(43);

/** A command line of each kind, with parameters that fit or nearly do. */
const params: Readonly<Record<string, object>> = {
  'files.begin': { name: 'a.txt', type: 'text/plain', size: 3, width: 1, height: 1 },
  'files.put': { upload: 'a', data: 'AAAA' },
  'files.end': { upload: 'a' },
  'files.drop': { id: 'a' },
  'files.list': { id: 'a' },
  'files.show': { id: 'a' },
  'files.fetch': { id: 'a' },
  'files.cancel': { id: 'a' },
  'files.read': { id: 'a', from: 0 },
  'account.create': { name: 'Ann', network: 'sotto-network:1:e30:00', ticket: 'abc', onion_only: true },
  'account.restore': { words: 'a b c', network: 'x' },
  'account.network': { network: 'x' },
  'account.delete': { force: true, here_only: false },
  send: { to: ID, text: 'hello', road: 'onion' },
  'send.wait': { id: `${ID}.1.7`, timeout_ms: 1000 },
  'inbox.read': { after: 1, limit: 10 },
  'chats.read': { who: ID, limit: 5, before: 7 },
  'contacts.road': { who: ID, road: 'auto' },
  search: { text: 'a', limit: 3, before: 9 },
  'settings.change': { theme: 'dark', lock_after: 5 },
  'app.passphrase': { current: 'a', next: null },
};

const contact = {
  account_id: ID,
  name: null,
  their_name: 'Ann',
  state: 'accepted',
  road: 'auto',
  verified: false,
  warning: null,
  added_at: 1,
};
const message = {
  event: 'message',
  id: 'a',
  from: ID,
  from_name: null,
  to: ID,
  text: 'x',
  road: 'relay',
  sent_at: 1,
  received_at: 2,
  request: false,
};
const sent = { id: 'a', to: ID, road: null, state: 'queued', sent_at: 7 };
const status = {
  account: 'ready',
  roads: [{ road: 'onion', state: 'up', stop: null, drained: true, paths: [] }],
  queued: 0,
  requests: 1,
  record_pending: false,
};

/** Answers and events as an owner writes them. */
const told: readonly object[] = [
  { command: 'status', result: status },
  { command: 'send', result: sent },
  { command: 'contacts.list', result: { contacts: [contact] } },
  { command: 'inbox.read', result: { after: 0, items: [{ sequence: 1, event: message }] } },
  { command: 'settings.read', result: readSettings({}) },
  { command: 'status', frame: { v: 1, id: 1, error: { code: 'busy', message: 'later', hint: 'wait' } } },
  ...[
    message,
    { event: 'closing' },
    { event: 'contact', account_id: ID, contact },
    { event: 'welcome', pid: 1 },
    { event: 'request', account_id: ID, contact },
  ].map((event) => ({ command: 'status', frame: { v: 1, event } })),
];

/** Lines between the owner of a profile and its screens, both ways, and a page's first line. */
export const localApiTargets: readonly Target[] = [
  {
    name: 'local-command',
    covers: SCHEMAS,
    form: 'json',
    refuses: [],
    words: ['v', 'id', 'command', 'params', 'cancel', '__proto__', 'constructor', 'toString'],
    open: () => {
      const handlers = new Proxy({}, { get: () => () => Promise.resolve({}) }) as Handlers;
      return {
        seeds: [
          ...COMMAND_NAMES.map((command) =>
            utf8(JSON.stringify({ v: 1, id: 7, command, params: params[command] ?? { who: ID } })),
          ),
          utf8('{"v":1,"cancel":7}'),
        ],
        read: async (input): Promise<Read> => {
          const [screen, owner] = createChannelPair();
          const defects: unknown[] = [];
          const served = serveLocalApi(owner, handlers, (error) => defects.push(error));
          const answers: string[] = [];
          screen.listen({ line: (line) => answers.push(line), closed: () => undefined });
          await screen.send(toText(input));
          await turns();
          await served.close();
          if (defects.length > 0) throw defects[0];
          return answers.some((line) => line.includes('"result"')) ? 'taken' : 'refused';
        },
      };
    },
  },
  {
    name: 'local-event',
    covers: SCHEMAS,
    form: 'json',
    refuses: [LocalApiError],
    words: ['result', 'error', 'event', 'frame', 'command', ...COMMAND_NAMES],
    open: () => ({
      seeds: told.map((one) => utf8(JSON.stringify(one))),
      read: async (input): Promise<Read> => {
        const { command, line } = answerIn(toText(input));
        const [screen, owner] = createChannelPair();
        owner.listen({ line: () => undefined, closed: () => undefined });
        const api = connectLocalApi(screen);
        api.onEvent(() => undefined);
        const answered = api.call(command, {} as never).then(
          () => 'taken' as const,
          (error: unknown) => error,
        );
        await owner.send(line);
        await turns();
        api.close();
        const outcome = await answered;
        // Whatever is thrown while a line is read is told by this text, which our listener cannot have caused.
        if (outcome instanceof Error && outcome.message === 'a listener failed')
          throw new Broken('a line made its reader fail');
        if (outcome !== 'taken') throw outcome;
        return 'taken';
      },
    }),
  },
  {
    name: 'local-hello',
    covers: ['packages/local-api/src/admission.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: [encodeHello({ secret: TOKEN }), encodeHello({ session: TOKEN })].map(fromText),
      read: (input) => {
        const hello = parseHello(toText(input));
        if (hello === undefined) return 'refused';
        mustBeSame(parseHello(encodeHello(hello)), hello, 'a first line reads otherwise when written again');
        return 'taken';
      },
    }),
  },
  {
    name: 'local-admitted',
    covers: ['packages/local-api/src/admission.ts'],
    form: 'json',
    refuses: [LocalApiError],
    open: () => ({
      seeds: [fromText(encodeAdmitted({ session: TOKEN, proof: TOKEN }))],
      read: (input) => {
        const admitted = parseAdmitted(toText(input));
        mustBeSame(
          parseAdmitted(encodeAdmitted(admitted)),
          admitted,
          'an answer reads otherwise when written again',
        );
        return 'taken';
      },
    }),
  },
  {
    name: 'local-lines',
    covers: ['packages/local-api/src/split-lines.ts'],
    form: 'text',
    refuses: [LocalApiError],
    words: ['\n', '\n\n', '\r\n', '\ud800'],
    open: () => ({
      seeds: ['{"v":1}\n', 'a\nb\n\nc', `${'é'.repeat(3000)}\n`, '\n\n\n'].map(fromText),
      // In whatever pieces bytes come, the lines are the same.
      read: (input) => {
        const whole = linesOf([input]);
        const at = (input[0] ?? 0) % (input.length + 1);
        mustBeSame(linesOf([input.subarray(0, at), input.subarray(at)]), whole, 'pieces make other lines');
        mustBeSame(
          linesOf(
            Array.from({ length: Math.min(64, input.length) }, (_, index) =>
              input.subarray(index, index === 63 ? undefined : index + 1),
            ),
          ),
          whole,
          'single bytes make other lines',
        );
        if (typeof whole === 'string') throw new LocalApiError('bad-frame', whole);
        return 'taken';
      },
    }),
  },
  {
    name: 'settings',
    covers: ['packages/local-api/src/app-values.ts'],
    form: 'json',
    refuses: [],
    words: Object.keys(readSettings({})),
    open: () => ({
      seeds: [readSettings({}), {}].map((value) => utf8(JSON.stringify(value))),
      read: (input) => {
        const read = readSettings(jsonOr(toText(input)));
        mustBeSame(readSettings(read), read, 'settings read otherwise when written again');
        return 'taken';
      },
    }),
  },
];

/** Lines, or the code of what was refused. */
function linesOf(pieces: readonly Uint8Array[]): readonly string[] | string {
  const splitter = new LineSplitter();
  try {
    return pieces.flatMap((piece) => splitter.push(piece));
  } catch (error) {
    if (error instanceof LocalApiError) return error.code;
    throw error;
  }
}

/** What a line answers, and to which command; an input that says neither answers `status`. */
function answerIn(text: string): { readonly command: CommandName; readonly line: string } {
  const value = jsonOr(text);
  const { command, result, frame } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const known = COMMAND_NAMES.find((name) => name === command) ?? 'status';
  if (frame !== undefined) return { command: known, line: JSON.stringify(frame) ?? '' };
  return { command: known, line: result === undefined ? text : JSON.stringify({ v: 1, id: 1, result }) };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line is handed over, read and answered in a few turns of the loop. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await undefined;
}
