import { createHmac } from 'node:crypto';
import { asBytes, toBase64Url, utf8 } from '@sotto/bytes';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { TOKEN_LIFETIME } from '../constants.ts';
import { createAttachmentForm } from './create-attachment-form.ts';
import { UploadTokens } from './upload-tokens.ts';

const secret = asBytes(Buffer.alloc(32, 1));
const tokens = new UploadTokens({ secret, audience: 'attachments' });
const now = 1_780_000_000_000;
const grant = { key: 'abc', maxLength: 1_000 };

describe('upload tokens', () => {
  it('grant what they were signed for, for a day', async () => {
    const token = await tokens.sign(grant, now);
    expect(await tokens.verify(token, now)).toEqual({ outcome: 'granted', grant });
    expect(await tokens.verify(token, now + TOKEN_LIFETIME - 1_000)).toMatchObject({ outcome: 'granted' });
    expect(await tokens.verify(token, now + TOKEN_LIFETIME + 1_000)).toEqual({ outcome: 'expired' });
  });

  it('have the claims of Signal’s, signed with HMAC-SHA256', async () => {
    const [head = '', body = '', signature = ''] = (await tokens.sign(grant, now)).split('.');
    const parse = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());
    expect(parse(head)).toEqual({ alg: 'HS256' });
    const iat = now / 1000;
    const exp = iat + TOKEN_LIFETIME / 1000;
    expect(parse(body)).toEqual({ aud: 'attachments', sub: 'abc', maxLen: 1_000, scope: 'write', iat, exp });
    expect(signature).toBe(
      toBase64Url(
        createHmac('sha256', secret)
          .update(utf8(`${head}.${body}`))
          .digest(),
      ),
    );
  });

  it('are refused when anything about them is another’s', async () => {
    const claims = {
      aud: 'attachments',
      sub: 'abc',
      maxLen: 1,
      scope: 'write',
      iat: now / 1000,
      exp: now / 1000 + 60,
    };
    const sign = (change: object = {}, key: Uint8Array = secret, alg = 'HS256'): Promise<string> =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg }).sign(key);
    expect(await tokens.verify(await sign(), now)).toMatchObject({ outcome: 'granted' });
    const forged = [
      await sign({}, new Uint8Array(32)),
      await sign({}, secret, 'HS384'),
      await sign({}, secret, 'HS512'),
      await sign({ aud: 'backups' }),
      await sign({ sub: '' }),
      await sign({ sub: undefined }),
      await sign({ scope: 'read' }),
      await sign({ maxLen: -1 }),
      await sign({ maxLen: 'much' }),
      await sign({ exp: undefined }),
      '',
      'a.b.c',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"abc"}').toString('base64url')}.`,
    ];
    for (const token of forged) expect(await tokens.verify(token, now)).toEqual({ outcome: 'refused' });
    const good = await tokens.sign(grant, now);
    const bad = `${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`;
    expect(await tokens.verify(bad, now)).toEqual({ outcome: 'refused' });
  });

  it('need a secret that cannot be guessed', () => {
    const make = () => new UploadTokens({ secret: asBytes(new Uint8Array(31)), audience: 'attachments' });
    expect(make).toThrowError(expect.objectContaining({ code: 'bad-settings' }));
  });
});

describe('an attachment’s form', () => {
  it('names a new key each time, and is all that a client needs', async () => {
    const make = () =>
      createAttachmentForm(tokens, { location: 'https://relay.example/up', maxLength: 7, now });
    const [one, two] = [await make(), await make()];
    expect(one.key).toMatch(/^[A-Za-z0-9_-]{20}$/);
    expect(one.key).not.toBe(two.key);
    expect(one).toMatchObject({ cdn: 3, signedUploadLocation: 'https://relay.example/up' });
    expect(one.headers['Upload-Metadata']).toBe(`filename ${Buffer.from(one.key).toString('base64')}`);
    const token = (one.headers['Authorization'] ?? '').replace('Bearer ', '');
    expect(await tokens.verify(token, now)).toEqual({
      outcome: 'granted',
      grant: { key: one.key, maxLength: 7 },
    });
  });
});
