import type { Bytes } from '@sotto/bytes';
import { equalBytes, toBase64, toBase64Url, utf8 } from '@sotto/bytes';
import { FORM_LIFETIME, MIN_SECRET_BYTES } from '../constants.ts';
import { BlobsError } from '../errors.ts';
import { parsePolicy } from './parse-policy.ts';
import { ALGORITHM, signPolicy } from './sign-policy.ts';

/** What a client needs to POST one file (reference: signal-service §6, §8). */
export interface UploadForm {
  readonly key: string;
  readonly credential: string;
  readonly acl: string;
  readonly algorithm: string;
  readonly date: string;
  readonly policy: string;
  readonly signature: string;
}

/** Fields of a form by their names in lower case, as they came back. */
export type FormFields = ReadonlyMap<string, string>;

export type VerifyFormOutcome =
  | {
      readonly outcome: 'granted';
      readonly key: string;
      readonly minLength: number;
      readonly maxLength: number;
    }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'refused'; readonly words: string };

/** Words of the signature that would say which account, region and bucket of Amazon's it is about. Here they are only ours. */
const PLACE = { accessKeyId: 'sotto', region: 'relay', bucket: 'sotto' } as const;

/**
 * Forms for uploads by POST, as S3 has them: a policy says what may be uploaded, and is signed. The relay makes them and
 * reads them again; no store ever sees them, nor do they have anything to do with its credentials.
 */
export class UploadForms {
  readonly #secret: string;

  /** Throws BlobsError `bad-settings` for a short secret. */
  constructor({ secret }: { readonly secret: Bytes }) {
    if (secret.length < MIN_SECRET_BYTES)
      throw new BlobsError('bad-settings', 'the secret for forms is too short');
    this.#secret = toBase64Url(secret);
  }

  /** Let somebody upload one blob of 1 to `maxLength` bytes within `FORM_LIFETIME`. `now` is milliseconds. */
  create({
    key,
    maxLength,
    now,
  }: {
    readonly key: string;
    readonly maxLength: number;
    readonly now: number;
  }): UploadForm {
    const date = new Date(now).toISOString().replace(/[:-]|\.\d+/g, '');
    const credential = credentialOf(date);
    const policy = toBase64(
      utf8(
        JSON.stringify({
          expiration: new Date(now + FORM_LIFETIME).toISOString(),
          conditions: [
            { bucket: PLACE.bucket },
            { key },
            { acl: 'private' },
            ['starts-with', '$Content-Type', ''],
            ['content-length-range', 1, maxLength],
            { 'x-amz-credential': credential },
            { 'x-amz-algorithm': ALGORITHM },
            { 'x-amz-date': date },
          ],
        }),
      ),
    );
    const signature = this.#sign(policy, date);
    return { key, credential, acl: 'private', algorithm: ALGORITHM, date, policy, signature };
  }

  /** Whether fields that came back are of a form of ours that still counts, and say what it says. */
  verify(fields: FormFields, now: number): VerifyFormOutcome {
    const field = (name: string): string => fields.get(name) ?? '';
    const date = field('x-amz-date');
    const isOurs =
      /^\d{8}T\d{6}Z$/.test(date) &&
      field('x-amz-algorithm') === ALGORITHM &&
      field('x-amz-credential') === credentialOf(date) &&
      equalBytes(utf8(field('x-amz-signature')), utf8(this.#sign(field('policy'), date)));
    if (!isOurs) return { outcome: 'refused', words: 'the signature is not ours' };
    const policy = parsePolicy(field('policy'));
    if (policy === undefined) return { outcome: 'refused', words: 'the policy cannot be read' };
    if (policy.expiration <= now) return { outcome: 'expired' };
    const given = new Map([...fields, ['bucket', PLACE.bucket]]);
    const broken = policy.conditions.find(({ field: name, matches }) => !matches(given.get(name) ?? ''));
    if (broken !== undefined)
      return { outcome: 'refused', words: `the policy does not allow this ${broken.field}` };
    return { outcome: 'granted', key: field('key'), ...policy.length };
  }

  #sign(policy: string, date: string): string {
    return signPolicy(policy, { secret: this.#secret, day: date.slice(0, 8), region: PLACE.region });
  }
}

function credentialOf(date: string): string {
  return `${PLACE.accessKeyId}/${date.slice(0, 8)}/${PLACE.region}/s3/aws4_request`;
}
