import { describe, expect, it } from 'vitest';
import { parsePostgresUrl } from './postgres-url.ts';

const refuses = (url: string, words: string): void => {
  expect(() => parsePostgresUrl(url)).toThrow(
    expect.objectContaining({ code: 'unreadable', message: expect.stringContaining(words) }),
  );
};

describe('the URL of a database', () => {
  it('says where it is and who we are', () => {
    expect(parsePostgresUrl('postgres://al%20ice:p%40ss%3A@[::1]:6000/so%2Ftto')).toEqual({
      ...{ host: '::1', port: 6000, user: 'al ice', password: 'p@ss:', database: 'so/tto', tls: false },
    });
    expect(parsePostgresUrl('postgresql:///sotto?host=/var/run/postgresql')).toEqual({
      ...{ host: 'localhost', port: 5432, path: '/var/run/postgresql/.s.PGSQL.5432' },
      ...{ database: 'sotto', tls: false },
    });
  });

  it('asks for a certificate of the right name, save on this machine or when told otherwise', () => {
    expect(parsePostgresUrl('postgres://127.0.0.1/a').tls).toBe(false);
    expect(parsePostgresUrl('postgres://127.0.0.1/a?sslmode=verify-full').tls).not.toBe(false);
    expect(parsePostgresUrl('postgres://db.example/a').tls).toMatchObject({ servername: 'db.example' });
    expect(parsePostgresUrl('postgres://db.example/a').tls).not.toHaveProperty('rejectUnauthorized');
    expect(parsePostgresUrl('postgres://db.example/a?sslmode=require').tls).toEqual({
      rejectUnauthorized: false,
    });
    expect(parsePostgresUrl('postgres://db.example/a?sslmode=disable').tls).toBe(false);
  });

  it('is refused with words that hold none of it', () => {
    for (const url of [
      's3cret',
      'http://u:s3cret@h/d',
      'postgres://u:s3cret@h:99999/d',
      'postgres://u:s3%zz@h/d',
    ]) {
      try {
        parsePostgresUrl(url);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'unreadable' });
        expect(JSON.stringify([String(error), { ...(error as Error) }])).not.toContain('s3');
        expect((error as Error).cause).toBeUndefined();
      }
    }
    refuses('postgres://h', 'names no database');
    refuses('postgres://h/d?sslmode=prefer', 'sslmode is');
    refuses('postgres://h/d?synchronous_commit=off', 'not known: synchronous_commit');
    refuses('postgres://h/d?sslmode=verify-full&sslrootcert=/nowhere', 'cannot be read');
  });
});
