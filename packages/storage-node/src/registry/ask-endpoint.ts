import type { AskEndpoint } from '@sotto/directory/chain';

/** Ask a JSON-RPC endpoint over HTTP, no longer and for no more than the limits say. */
export const askEndpoint: AskEndpoint = async (url, body, { maxReply, timeout }) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    // Whoever is asked is named in the file, and nobody else.
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    // Leaving the loop cancels the rest.
    if (length > maxReply) throw new RangeError('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};
