import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { type Exchange, headerOf } from '../http/exchange.ts';
import type { PaceTerms } from '../http/pace.ts';
import { readAtPace } from '../http/read-at-pace.ts';
import type { FormFields } from './upload-forms.ts';

/** A form up to its file, whose bytes are still coming. */
export interface ReadForm {
  readonly fields: FormFields;
  readonly file: Readable;
  /** Read no further. */
  abandon(): void;
}

/** The fields of a form of ours have some 800 bytes, most of them the policy. */
const LIMITS = { fields: 24, fieldSize: 4_096, files: 1, parts: 32, headerPairs: 16, headerSize: 2_048 };

/**
 * Read multipart/form-data (RFC 7578) up to the field `file`, the last that counts. Undefined when that does not come, or
 * what comes is no form.
 */
export async function readForm(exchange: Exchange, pace: PaceTerms): Promise<ReadForm | undefined> {
  const parser = parserFor(headerOf(exchange, 'content-type') ?? '');
  if (parser === undefined) return undefined;
  const fields = new Map<string, string>();
  let isCut = false;
  let file: Readable | undefined;
  return await new Promise((resolve) => {
    // A part may come without a name, whatever the library's types say. Nobody asks for what it holds.
    parser.on('field', (name: string | undefined, value, _nameIsCut, valueIsCut) => {
      fields.set(name?.toLowerCase() ?? '', value);
      isCut ||= valueIsCut;
    });
    parser.on('file', (_name, stream: Readable) => {
      file = stream;
      // Whoever reads it meets its errors; until then they would end the process.
      file.on('error', () => undefined);
      const abandon = (): void => {
        parser.destroy();
      };
      if (isCut) abandon();
      resolve(isCut ? undefined : { fields, file, abandon });
    });
    pipeline(Readable.from(readAtPace(exchange.request, pace)), parser).then(
      () => resolve(undefined),
      (error: Error) => {
        file?.destroy(error);
        resolve(undefined);
      },
    );
  });
}

function parserFor(type: string): BusboyInstance | undefined {
  if (!/^multipart\/form-data\s*;/i.test(type)) return undefined;
  try {
    return new Busboy({
      headers: { 'content-type': type },
      limits: LIMITS,
      isPartAFile: (name) => name === 'file',
    });
  } catch {
    return undefined;
  }
}
