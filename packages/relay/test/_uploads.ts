import type { Bytes } from '@sotto/bytes';
import { type AttachmentForm, type PostPolicyForm, parseAttachmentForm, parseJson } from '@sotto/protocol';
import { ask, type RawReply } from './_raw-client.ts';
import type { TestRelay } from './_test-relay.ts';

const BOUNDARY = 'sotto-tests-boundary';

interface Owner {
  readonly authorization: string;
}

/** Ask for a form as Signal's clients do. */
export function askForm(
  relay: TestRelay,
  { authorization }: Owner,
  length?: number | string,
): Promise<RawReply> {
  const query = length === undefined ? '' : `?uploadLength=${length}`;
  const path = `/v4/attachments/form/upload${query}`;
  return ask(relay, { verb: 'GET', path, headers: { authorization } });
}

export async function formFor(relay: TestRelay, owner: Owner, length: number): Promise<AttachmentForm> {
  return parseAttachmentForm(parseJson((await askForm(relay, owner, length)).body));
}

/** Headers of Signal's clients for a request about an upload. */
export function tusHeaders({ headers }: AttachmentForm, more: Record<string, string> = {}) {
  const type = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };
  return { ...headers, ...type, ...more };
}

/** All in one request, as Signal's client for Android begins. */
export function uploadAtOnce(relay: TestRelay, form: AttachmentForm, body: Bytes): Promise<RawReply> {
  const path = new URL(form.signedUploadLocation).pathname;
  const headers = tusHeaders(form, { 'upload-length': String(body.length) });
  return ask(relay, { verb: 'POST', path, headers, body });
}

/** POST a file with a form, as Signal's clients do to the root of a host. */
export function post(relay: TestRelay, form: PostPolicyForm, file: Bytes): Promise<RawReply> {
  const { acl, key, policy, algorithm, credential, date, signature } = form;
  const fields = {
    acl,
    key,
    policy,
    'Content-Type': 'application/octet-stream',
    'x-amz-algorithm': algorithm,
    'x-amz-credential': credential,
    'x-amz-date': date,
    'x-amz-signature': signature,
  };
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join('')}--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  return ask(relay, { verb: 'POST', path: '/', headers, body: new Uint8Array(body) });
}

/** By whoever knows the key, without a login. */
export function download(
  relay: TestRelay,
  key: string,
  headers: Record<string, string> = {},
): Promise<RawReply> {
  return ask(relay, { verb: 'GET', path: `/${key}`, headers });
}
