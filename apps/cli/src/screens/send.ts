import { type LocalApi, LocalApiError, observe, type SentValue } from '@sotto/local-api';
import { DONE, QUEUED } from '../cli-error.ts';
import type { RoadChoice } from '../parse/invocation.ts';
import { MAX_TEXT_BYTES } from '../parse/values.ts';
import { readInput } from '../terminal.ts';
import { handOver } from './files/hand-over.ts';
import { showProgress } from './files/show-progress.ts';
import { noteWhenSlow } from './note-when-slow.ts';
import { isCancelled, isGone, type OwnerAtHand, type Screen } from './screen.ts';

interface SendRequest {
  readonly to: string;
  readonly road?: RoadChoice;
  /** Milliseconds. */
  readonly timeout: number;
  /** Paths. */
  readonly attach?: readonly string[];
  readonly text?: string;
}

/**
 * Stop 1 of a message's way: compose. Once the owner says that it is written down nothing is lost; from
 * then on this only waits, with the next owner if the first one dies.
 */
export async function send(request: SendRequest, screen: Screen): Promise<number> {
  const text = request.text ?? (await readText(screen));
  let owner = await screen.reach();
  let stopShowing: () => void = () => undefined;
  try {
    const { to, road } = request;
    observe('compose', 'before');
    const files = await handOverAll(owner.api, request.attach ?? [], screen);
    const written = await askToSend(owner, {
      ...{ to, text },
      ...(road === undefined ? {} : { road }),
      ...(files.length === 0 ? {} : { files }),
    });
    stopShowing = files.length === 0 ? stopShowing : showProgress(owner.api, written.id, screen);
    observe('compose', 'after');
    const deadline = performance.now() + request.timeout;
    for (;;) {
      const left = Math.max(0, Math.round(deadline - performance.now()));
      const wait = { id: written.id, left, signal: screen.terminal.signal };
      const state = await noteWhenSlow(screen.output, 'written down; waiting for a road to carry it', () =>
        waitForCarried(owner, wait),
      );
      if (state !== 'gone') return await tellState(state ?? written, screen);
      await owner.release();
      owner = await screen.reach();
    }
  } finally {
    stopShowing();
    await owner.release();
  }
}

async function readText({ terminal }: Screen): Promise<string> {
  // The line end belongs to the shell, not to the message.
  return (await readInput(terminal, MAX_TEXT_BYTES)).replace(/\r?\n$/, '');
}

async function handOverAll(api: LocalApi, paths: readonly string[], { terminal }: Screen): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) files.push(await handOver(api, path, terminal.signal));
  return files;
}

async function askToSend(
  owner: OwnerAtHand,
  params: { to: string; text: string; road?: RoadChoice; files?: string[] },
) {
  try {
    return await owner.api.call('send', params);
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new LocalApiError(
      'closed',
      'the program that owns the profile ended before it answered',
      'the message may have been written down; look at the chat before you send it again',
    );
  }
}

/** What became of the message; undefined when the user would not wait. */
async function waitForCarried(
  owner: OwnerAtHand,
  wait: { readonly id: string; readonly left: number; readonly signal: AbortSignal },
): Promise<SentValue | 'gone' | undefined> {
  try {
    return await owner.api.call('send.wait', { id: wait.id, timeout_ms: wait.left }, { signal: wait.signal });
  } catch (error) {
    if (isGone(error)) return 'gone';
    if (isCancelled(error)) return undefined;
    throw error;
  }
}

async function tellState(message: SentValue, { output }: Screen): Promise<number> {
  if (message.state === 'failed') {
    throw new LocalApiError('failed', message.problem ?? 'the message could not be carried');
  }
  const { id, to, sent_at, stored_on, of } = message;
  const queued = message.state === 'queued';
  const road = queued ? null : message.road;
  await output.result(
    {
      ...{ id, to, road, state: queued ? 'queued' : 'sent' },
      ...(stored_on === undefined ? {} : { stored_on }),
      ...(of === undefined ? {} : { of }),
      ...(queued && message.problem !== undefined ? { problem: message.problem } : {}),
      sent_at,
    },
    queued ? describeQueued(message) : `sent by ${road ?? 'an unknown road'}${storedOn(message)}`,
  );
  return queued ? QUEUED : DONE;
}

function describeQueued(message: SentValue): string {
  const why = message.problem === undefined ? '' : `: ${message.problem}`;
  return message.stored_on === undefined
    ? `written down; not carried yet${why}`
    : `written down;${storedOn(message).slice(1)} so far, too few to count on; it goes on trying${why}`;
}

/** How much of a swarm holds it, where a road stores in several places. */
function storedOn({ stored_on, of }: SentValue): string {
  if (stored_on === undefined) return '';
  return of === undefined ? `, stored on ${stored_on}` : `, stored on ${stored_on} of ${of}`;
}
