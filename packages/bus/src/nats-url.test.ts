import { describe, expect, it } from 'vitest';
import { parseNatsUrl } from './nats-url.ts';

describe('the URL of a bus', () => {
  it('says where it is and who we are', () => {
    expect(parseNatsUrl('nats://127.0.0.1')).toEqual({ server: '127.0.0.1:4222' });
    expect(parseNatsUrl('nats://to%40ken@[::1]:5000/')).toEqual({ server: '[::1]:5000', token: 'to@ken' });
    expect(parseNatsUrl('nats://user:pa%3Ass@nats.example')).toEqual({
      ...{ server: 'nats.example:4222', user: 'user', password: 'pa:ss' },
    });
    expect(parseNatsUrl('tls://nats.example').tls).toMatchObject({ servername: 'nats.example' });
    expect(parseNatsUrl('tls://127.0.0.1').tls).not.toHaveProperty('servername');
  });

  it('is refused with words that hold none of it', () => {
    const bad = [
      ...['s3cret', 'http://s3cret@h', 'nats://s3cret@', 'nats://s3%zz@h', 'nats://s3cret@h/path'],
      ...['nats://s3cret@h?x=1', 'nats://s3cret@h?tls_ca=a', 'tls://s3cret@h?tls_ca=/nowhere'],
    ];
    for (const url of bad) {
      expect(() => parseNatsUrl(url)).toThrow(
        expect.objectContaining({ code: 'bad-url', message: expect.not.stringContaining('s3') }),
      );
    }
  });
});
