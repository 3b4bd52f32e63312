import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORM_LIFETIME } from '../constants.ts';
import { parsePolicy } from './parse-policy.ts';
import { signPolicy } from './sign-policy.ts';
import { type UploadForm, UploadForms } from './upload-forms.ts';

/** The example of "Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)", by Amazon. */
const AMAZONS = [
  '{ "expiration": "2015-12-30T12:00:00.000Z",',
  '  "conditions": [',
  '    {"bucket": "sigv4examplebucket"},',
  '    ["starts-with", "$key", "user/user1/"],',
  '    {"acl": "public-read"},',
  '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
  '    ["starts-with", "$Content-Type", "image/"],',
  '    {"x-amz-meta-uuid": "14365123651274"},',
  '    {"x-amz-server-side-encryption": "AES256"},',
  '    ["starts-with", "$x-amz-meta-tag", ""],',
  '',
  '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
  '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
  '    {"x-amz-date": "20151229T000000Z" }',
  '  ]',
  '}',
].join('\r\n');

const now = Date.UTC(2026, 10, 30, 12);
const forms = new UploadForms({ secret: asBytes(Buffer.alloc(32, 3)) });
const form = forms.create({ key: 'stickers/aa/full/3', maxLength: 300, now });

/** A form’s fields as clients send them. */
function fieldsOf({
  signature,
  policy,
  date,
  credential,
  algorithm,
  acl,
  key,
}: UploadForm): Map<string, string> {
  return new Map([
    ['acl', acl],
    ['key', key],
    ['policy', policy],
    ['content-type', 'application/octet-stream'],
    ['x-amz-algorithm', algorithm],
    ['x-amz-credential', credential],
    ['x-amz-date', date],
    ['x-amz-signature', signature],
  ]);
}

describe('forms for uploads by POST', () => {
  it('are signed as Amazon signs', () => {
    const policy = Buffer.from(AMAZONS).toString('base64');
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    expect(signPolicy(policy, { secret, day: '20151229', region: 'us-east-1' })).toBe(
      '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    );
  });

  it('have the fields that clients pass on', () => {
    expect(form).toMatchObject({
      key: 'stickers/aa/full/3',
      acl: 'private',
      algorithm: 'AWS4-HMAC-SHA256',
      date: '20261130T120000Z',
      credential: 'sotto/20261130/relay/s3/aws4_request',
    });
    expect(JSON.parse(Buffer.from(form.policy, 'base64').toString())).toMatchObject({
      expiration: new Date(now + FORM_LIFETIME).toISOString(),
    });
  });

  it('grant what they say, for their time', () => {
    const granted = { outcome: 'granted', key: 'stickers/aa/full/3', minLength: 1, maxLength: 300 };
    expect(forms.verify(fieldsOf(form), now)).toEqual(granted);
    expect(forms.verify(fieldsOf(form), now + FORM_LIFETIME - 1)).toEqual(granted);
    expect(forms.verify(fieldsOf(form), now + FORM_LIFETIME)).toEqual({ outcome: 'expired' });
  });

  it('grant nothing once a field is another', () => {
    for (const name of fieldsOf(form).keys()) {
      if (name === 'content-type') continue;
      for (const value of [undefined, '', 'x', `${fieldsOf(form).get(name)} `]) {
        const fields = fieldsOf(form);
        if (value === undefined) fields.delete(name);
        else fields.set(name, value);
        expect(forms.verify(fields, now)).toMatchObject({ outcome: 'refused' });
      }
    }
    const others = new UploadForms({ secret: asBytes(Buffer.alloc(32, 4)) });
    expect(others.verify(fieldsOf(form), now)).toMatchObject({ outcome: 'refused' });
    const two = forms.create({ key: 'stickers/aa/full/4', maxLength: 999_999, now });
    const mixed = fieldsOf(form).set('policy', two.policy);
    expect(forms.verify(mixed, now)).toMatchObject({ outcome: 'refused' });
  });

  it('need a secret that cannot be guessed', () => {
    const make = () => new UploadForms({ secret: asBytes(new Uint8Array(31)) });
    expect(make).toThrowError(expect.objectContaining({ code: 'bad-settings' }));
  });
});

describe('a policy', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const expiration = '2026-11-30T12:00:00Z';

  it('has conditions of every kind', () => {
    const policy = parsePolicy(
      encode({
        expiration,
        conditions: [
          { Key: 'a' },
          ['eq', '$acl', 'private'],
          ['starts-with', '$Content-Type', 'image/'],
          ['content-length-range', 2, 9],
        ],
      }),
    );
    expect(policy).toMatchObject({ expiration: now, length: { minLength: 2, maxLength: 9 } });
    const check = (field: string, value: string) =>
      policy?.conditions.find((condition) => condition.field === field)?.matches(value);
    expect([check('key', 'a'), check('key', 'ab')]).toEqual([true, false]);
    expect([check('acl', 'private'), check('acl', 'private2')]).toEqual([true, false]);
    expect([check('content-type', 'image/png'), check('content-type', 'text/image/')]).toEqual([true, false]);
  });

  it.each([
    ['no length', { expiration, conditions: [{ key: 'a' }] }],
    ['no key', { expiration, conditions: [['content-length-range', 0, 1]] }],
    ['no expiration', { conditions: [{ key: 'a' }, ['content-length-range', 0, 1]] }],
    [
      'an expiration that is none',
      { expiration: 'soon', conditions: [{ key: 'a' }, ['content-length-range', 0, 1]] },
    ],
    ['a condition that nobody knows', { expiration, conditions: [{ key: 'a' }, ['ends-with', '$key', 'b']] }],
    ['another kind of thing', 'policy'],
  ])('is none with %s', (_, value) => {
    expect(parsePolicy(encode(value))).toBeUndefined();
  });

  it('is read from any text without an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => Buffer.from(text).toString('base64')),
        ),
        (text) => {
          parsePolicy(text);
        },
      ),
    );
  });
});
