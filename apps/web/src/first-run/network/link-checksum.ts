const LABEL_END = 0;

/**
 * The eight digits at the end of Sotto's links and texts (docs/spec/identity.md §5): the first four bytes of
 * SHA-256 over a label and parts, each after a zero byte. They notice accidents, not attackers.
 */
export async function linkChecksum(label: string, ...parts: readonly Uint8Array[]): Promise<string> {
  const bytes = [...new TextEncoder().encode(label)];
  for (const part of parts) bytes.push(LABEL_END, ...part);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return [...hash.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
