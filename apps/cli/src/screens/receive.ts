import { setTimeout as pause } from 'node:timers/promises';
import {
  type GapValue,
  type LocalApi,
  LocalApiError,
  type LocalEvent,
  MAX_PAGE,
  type MessageValue,
  observe,
  type RoadStatusValue,
} from '@sotto/local-api';
import { DONE } from '../cli-error.ts';
import { Bell } from './bell.ts';
import { describeEvent, describeItem } from './describe-event.ts';
import { attachmentLine } from './files/attachment-line.ts';
import { describeFiles } from './files/describe-files.ts';
import { fetchAndSave } from './files/fetch-and-save.ts';
import { isCancelled, isGone, type Screen, withOwner } from './screen.ts';

interface ReceiveRequest {
  /** Milliseconds. */
  readonly timeout: number;
  readonly follow: boolean;
  readonly events: boolean;
  /** The folder that files are saved in. */
  readonly saveTo?: string;
}

/** Pause before asking again for a profile that somebody else holds. */
const RETRY_MS = 500;

/** For how long an owner is looked for that remembers what was printed, when the command itself is at its end. */
const REMEMBER_MS = 20_000;

/** What one run has printed. It outlives the owners it talks to, so that nothing is printed twice. */
interface Progress {
  printed: number;
  /** Sequence of the last item printed, or where the first page began; undefined before that. */
  through: number | undefined;
  /** Sequence that an owner has confirmed to remember. */
  marked: number | undefined;
  /** What was said of roads that carry nothing. */
  readonly told: Set<string>;
}

/** Stop 10 of a message's way: show. Prints what is on disk; each item is marked right after it is printed. */
export async function receive(request: ReceiveRequest, screen: Screen): Promise<number> {
  const progress: Progress = { printed: 0, through: undefined, marked: undefined, told: new Set() };
  const limit = new AbortController();
  const timer = request.follow ? undefined : setTimeout(() => limit.abort(), request.timeout);
  const stop = AbortSignal.any([screen.terminal.signal, limit.signal]);
  try {
    while ((await receiveFromOwner(request, screen, { progress, stop })) === 'owner-gone' && !stop.aborted);
  } finally {
    clearTimeout(timer);
    await rememberPrinted(screen, progress);
  }
  return DONE;
}

/** An owner may have gone between what was printed and its mark, and the time be over: nobody prints it again. */
async function rememberPrinted(screen: Screen, progress: Progress): Promise<void> {
  const deadline = performance.now() + REMEMBER_MS;
  for (;;) {
    try {
      if (isMarked(progress)) return;
      await withOwner(screen, (api) => markPrinted(api, progress));
    } catch (error) {
      if (isMarked(progress)) return;
      if (!isGone(error) || performance.now() > deadline) {
        screen.output.note(
          'what was printed last could not be marked, and the next call will print it again',
        );
        return;
      }
      await pause(RETRY_MS);
    }
  }
}

interface Run {
  readonly progress: Progress;
  readonly stop: AbortSignal;
}

async function receiveFromOwner(
  request: ReceiveRequest,
  screen: Screen,
  run: Run,
): Promise<'over' | 'owner-gone'> {
  const owner = await reachPatiently(request, screen, run.stop);
  if (owner === undefined) return 'over';
  const bell = new Bell();
  let going = false;
  const events: LocalEvent[] = [];
  const stopListening = owner.api.onEvent((event) => {
    if (event.event === 'closing') going = true;
    else if (request.events && PRINTED.has(event.event)) events.push(event);
    bell.ring();
  });
  void owner.api.ended.then(() => bell.ring());
  const printEvents = () =>
    screen.output.results(events.splice(0).map((value) => ({ value, human: describeEvent(value) })));

  try {
    await owner.api.call('events.subscribe', {}, { signal: run.stop });
    for (;;) {
      await printEvents();
      await printInbox(owner.api, request, screen, run.progress);
      if (run.stop.aborted) {
        await tellNothing(owner.api, request, screen, run.progress);
        return 'over';
      }
      if (going || !owner.api.isOpen()) return 'owner-gone';
      await refuseReplaced(owner.api);
      if (request.follow) tellProblems((await owner.api.call('status', {})).roads, screen, run.progress);
      if (!request.follow && run.progress.printed > 0) {
        await owner.api.call('inbox.settle', {}, { signal: run.stop });
        await printEvents();
        if ((await printInbox(owner.api, request, screen, run.progress)) > 0) continue;
        await refuseReplaced(owner.api);
        return 'over';
      }
      await bell.wait(run.stop);
    }
  } catch (error) {
    if (isCancelled(error)) return 'over';
    if (isGone(error)) return 'owner-gone';
    throw error;
  } finally {
    stopListening();
    await owner.release();
  }
}

/** An empty screen must not look like an empty mailbox where nobody could be asked. */
async function tellNothing(
  api: LocalApi,
  request: ReceiveRequest,
  screen: Screen,
  progress: Progress,
): Promise<void> {
  const { terminal, output } = screen;
  if (request.follow || terminal.signal.aborted) return;
  const { roads } = await api.call('status', {});
  tellProblems(roads, screen, progress);
  if (output.json || progress.printed > 0) return;
  const heard = roads.some(({ state }) => state === 'up');
  if (progress.told.size > 0 && !heard) return;
  output.note(
    heard ? 'nothing new' : 'no road answers, so there may be mail; `sotto doctor` looks for the reason',
  );
}

/** What keeps a road from carrying anything, with what to do: once in a run, and on the side also of JSON. */
function tellProblems(
  roads: readonly RoadStatusValue[],
  { output }: Screen,
  { told }: Pick<Progress, 'told'>,
): void {
  for (const { problem } of roads) {
    if (problem === undefined || told.has(problem)) continue;
    told.add(problem);
    output.note(problem);
  }
}

/** While following, a profile that another process holds for a while is waited for. */
async function reachPatiently(request: ReceiveRequest, screen: Screen, stop: AbortSignal) {
  for (let told = false; !stop.aborted; told = true) {
    try {
      return await screen.reach();
    } catch (error) {
      const held = error instanceof LocalApiError && error.code === 'profile-in-use';
      if (!held || !request.follow) throw error;
      if (!told) screen.output.note('waiting: another process holds the profile');
      await pause(RETRY_MS);
    }
  }
  return undefined;
}

/** Print everything that is new, and mark it. Returns how many items there were. */
async function printInbox(
  api: LocalApi,
  request: ReceiveRequest,
  screen: Screen,
  progress: Progress,
): Promise<number> {
  const { output } = screen;
  let count = 0;
  for (;;) {
    if (!isMarked(progress)) {
      await markPrinted(api, progress);
      observe('show', 'after');
    }
    const after = progress.through === undefined ? {} : { after: progress.through };
    const page = await api.call('inbox.read', { ...after, limit: MAX_PAGE });
    if (progress.through === undefined) progress.through = progress.marked = page.after;
    const { items } = page;
    const last = items.at(-1);
    if (last === undefined) return count;
    const events = items.map((item) => item.event);
    const shown = events.filter((event) => event.event === 'message' || request.events || !output.json);
    observe('show', 'before');
    const clashes = output.json ? undefined : await findSharedNames(api);
    await printAll(api, request, screen, { shown, clashes });
    progress.printed += shown.length;
    progress.through = last.sequence;
    count += items.length;
  }
}

/** What has files to be saved is printed when they are, or when they will not come now. */
async function printAll(
  api: LocalApi,
  { saveTo: folder, timeout: patience }: ReceiveRequest,
  { output, terminal }: Screen,
  items: {
    readonly shown: readonly (MessageValue | GapValue)[];
    readonly clashes: ((name: string) => boolean) | undefined;
  },
): Promise<void> {
  const lines: { readonly value: object; readonly human: string }[] = [];
  const shown = terminal.stderr.isTTY === true && !output.json;
  for (const item of items.shown) {
    const files = item.event === 'message' ? (item.attachments ?? []) : [];
    const saving =
      folder === undefined ? undefined : { folder, patience, signal: terminal.signal, output, shown };
    const attachments = saving ? await fetchAndSave(api, files, saving) : files.map(attachmentLine);
    lines.push({
      value: attachments.length === 0 ? item : { ...item, attachments },
      human: `${describeItem(item, items.clashes)}${describeFiles(attachments)}`,
    });
  }
  await output.results(lines);
}

function isMarked({ through, marked }: Progress): boolean {
  return through === undefined || through === marked;
}

async function markPrinted(api: LocalApi, progress: Progress): Promise<void> {
  const { through } = progress;
  if (through === undefined) return;
  await api.call('inbox.mark', { through });
  progress.marked = through;
}

/** Nothing more can come in where the account went on without this device; said after what is there is printed. */
async function refuseReplaced(api: LocalApi): Promise<void> {
  const { roads, replaced } = await api.call('status', {});
  if (!(replaced ?? isRevoked(roads))) return;
  throw new LocalApiError(
    'device-replaced',
    'nothing more arrives here: the account was restored on another device, or deleted',
    'to go on here, `sotto account delete` in this profile, which erases only this copy, and restore it from the words',
  );
}

/** No road takes this device in: what an owner goes by that does not say it itself. */
function isRevoked(roads: readonly RoadStatusValue[]): boolean {
  const joined = roads.filter(({ state }) => state !== 'not-started');
  return joined.length > 0 && joined.every(({ stop }) => stop === 'credentials-revoked');
}

/** Whether several contacts go by a name, however it is written. */
async function findSharedNames(api: LocalApi): Promise<(name: string) => boolean> {
  const { contacts } = await api.call('contacts.list', {});
  const counts = new Map<string, number>();
  for (const { name } of contacts) {
    if (name !== null) counts.set(plain(name), (counts.get(plain(name)) ?? 0) + 1);
  }
  return (name) => (counts.get(plain(name)) ?? 0) > 1;
}

function plain(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

/**
 * Events that scripts are promised. Messages and gaps are read from the inbox, where none can be missed;
 * what else owners tell is for screens with chats.
 */
const PRINTED: ReadonlySet<LocalEvent['event']> = new Set([
  'message-state',
  'contact',
  'request',
  'road',
  'drained',
  'account',
] as const);
