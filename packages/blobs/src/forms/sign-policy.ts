import { createHmac } from 'node:crypto';
import { toHex, utf8 } from '@sotto/bytes';

/** How a form is signed: AWS Signature Version 4 for POST policies, as Signal's clients pass it on. */
export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The signature of a policy in base64, lower-case hexadecimal (AWS: "Authenticating Requests: Browser-Based Uploads Using POST"). */
export function signPolicy(
  policy: string,
  { secret, day, region }: { readonly secret: string; readonly day: string; readonly region: string },
): string {
  const steps = [day, region, 's3', 'aws4_request'];
  const key = steps.reduce<Uint8Array>((made, step) => hmac(made, step), utf8(`AWS4${secret}`));
  return toHex(hmac(key, policy));
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac('sha256', key).update(utf8(text)).digest();
}
