import type { UploadForm } from '../src/forms/upload-forms.ts';
import { type Answer, begin, pour } from './_http.ts';

const BOUNDARY = 'sotto-tests-boundary';

/** The fields of a form, as Signal's client for Android sends them. */
export function fieldsOf(form: UploadForm): Record<string, string> {
  return {
    acl: form.acl,
    key: form.key,
    policy: form.policy,
    'Content-Type': 'application/octet-stream',
    'x-amz-algorithm': form.algorithm,
    'x-amz-credential': form.credential,
    'x-amz-date': form.date,
    'x-amz-signature': form.signature,
  };
}

/** The body of multipart/form-data up to the file's bytes, and what stands behind them. */
export function frame(fields: Readonly<Record<string, string>>): {
  readonly head: Buffer;
  readonly tail: Buffer;
} {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return { head: Buffer.from(parts.join('') + file), tail: Buffer.from(`\r\n--${BOUNDARY}--\r\n`) };
}

/** POST a file with the fields of a form. */
export async function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  file: Uint8Array,
): Promise<Answer> {
  const { head, tail } = frame(fields);
  const body = Buffer.concat([head, file, tail]);
  const { sent, answer } = beginPost(url, body.length);
  await pour(body, sent);
  sent.end();
  return await answer;
}

/** A POST of so many bytes whose body is written by whoever asks. */
export function beginPost(url: string, length: number): ReturnType<typeof begin> {
  const headers = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, 'Content-Length': length };
  return begin('POST', `${url}/`, headers);
}
