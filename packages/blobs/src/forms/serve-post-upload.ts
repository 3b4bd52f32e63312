import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { isBlobKey } from '../blob-key.ts';
import type { AppendOutcome, BlobStore } from '../blob-store.ts';
import { PACE } from '../constants.ts';
import type { Exchange, Failed } from '../http/exchange.ts';
import { Ended, type PaceTerms } from '../http/pace.ts';
import { type Reply, refusal, replyToError, send } from '../http/reply.ts';
import { readForm } from './read-form.ts';
import type { UploadForms } from './upload-forms.ts';

export interface PostUploadOptions {
  readonly blobs: BlobStore;
  readonly forms: UploadForms;
  readonly failed: Failed;
  /** Milliseconds. */
  readonly now: () => number;
  /** Whether anybody still wants what a form allowed; all are wanted without. Asked before a byte is kept and after the last. */
  readonly isWanted?: (key: string) => Promise<boolean>;
  readonly pace?: PaceTerms;
}

const DONE: Reply = { status: 204, headers: {} };
const UNWANTED = refusal(403, 'nothing is kept there any more');

/** POST of a form with a file, as S3 takes it (reference: signal-service §6, §8): stored under the form's key, or not at all. Never rejects. */
export async function servePostUpload(options: PostUploadOptions, exchange: Exchange): Promise<void> {
  try {
    send(exchange, await answer(options, exchange));
  } catch (error) {
    send(exchange, replyToError(error, options.failed));
  }
}

async function answer(
  { blobs, forms, now, isWanted = async () => true, pace = PACE }: PostUploadOptions,
  exchange: Exchange,
): Promise<Reply> {
  if (exchange.request.method !== 'POST') return refusal(405, 'allowed: POST', { Allow: 'POST' });
  const form = await readForm(exchange, pace);
  if (form === undefined) return refusal(400, 'this is not a form with a file at its end');
  try {
    const verified = forms.verify(form.fields, now());
    if (verified.outcome === 'expired') return refusal(403, 'the form has expired');
    if (verified.outcome === 'refused') return refusal(403, verified.words);
    if (!isBlobKey(verified.key)) return refusal(403, 'the form is for no key of ours');
    const { key, maxLength } = verified;
    if (!(await isWanted(key))) return UNWANTED;
    const created = await blobs.create(key, { length: maxLength, createdAt: now() });
    switch (created.outcome) {
      case 'created': {
        const stored = await store(blobs, form.file, verified);
        if (stored !== DONE || (await isWanted(key))) return stored;
        // What removed the rest of it came while this was on its way.
        await blobs.remove(key);
        return UNWANTED;
      }
      // An answer may have been lost, and the form sent again.
      case 'exists':
        return (await isSame(blobs, form.file, verified))
          ? DONE
          : refusal(409, 'something else is there already');
      case 'full':
        return refusal(507, 'the store is full');
      case 'busy':
        return refusal(423, 'another request is uploading this');
    }
  } finally {
    form.abandon();
  }
}

interface Bounds {
  readonly key: string;
  readonly minLength: number;
  readonly maxLength: number;
}

async function store(blobs: BlobStore, file: Readable, { key, minLength }: Bounds): Promise<Reply> {
  const appended = await blobs.append(key, 0, file);
  const refused = refuse(appended, minLength);
  if (refused === undefined && appended.outcome === 'appended') {
    const finished = await blobs.finish(key, appended.offset);
    if (finished.outcome === 'finished') return DONE;
    if (finished.outcome !== 'full') return refusal(409, 'another request has changed this upload');
  }
  // Nobody can resume it: a form is sent whole or not.
  await blobs.remove(key);
  return refused ?? refusal(507, 'the store is full');
}

/** Undefined when all came that should. */
function refuse(appended: AppendOutcome, minLength: number): Reply | undefined {
  switch (appended.outcome) {
    case 'appended':
      return appended.offset < minLength
        ? refusal(400, 'the file is shorter than the form allows')
        : undefined;
    case 'too-long':
      return refusal(413, 'the file is longer than the form allows');
    case 'full':
      return refusal(507, 'the store is full');
    case 'interrupted':
      return appended.cause instanceof Ended
        ? refusal(408, 'too slow')
        : refusal(400, 'the form ended before its end');
    case 'wrong-offset':
    case 'busy':
    case 'absent':
      return refusal(409, 'another request has changed this upload');
  }
}

/** Whether a file is what the store has under its key. */
async function isSame(blobs: BlobStore, file: Readable, { key, maxLength }: Bounds): Promise<boolean> {
  const sent = await hash(file, maxLength);
  if (sent === undefined) return false;
  const found = await blobs.read(key);
  return found.outcome === 'found' && sent === (await hash(found.stream, maxLength));
}

/** Undefined when it is too long, or breaks off. */
async function hash(bytes: Readable, most: number): Promise<string | undefined> {
  const made = createHash('sha256');
  let length = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > most) return undefined;
      made.update(chunk);
    }
  } catch {
    return undefined;
  }
  return made.digest('hex');
}
