import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate, type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../src/index.ts';

let server: PostgresServer;
let folder: string;
const fileOf = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-tls-'));
  const [right, wrong] = [await makeCertificate('localhost'), await makeCertificate('localhost')];
  writeFileSync(fileOf('right.pem'), right.certificate);
  writeFileSync(fileOf('wrong.pem'), wrong.certificate);
  server = await startPostgres({
    loopback: true,
    settings: { ssl: 'on', ssl_cert_file: 'server.pem', ssl_key_file: 'server.key' },
    files: { 'server.pem': right.certificate, 'server.key': right.key },
  });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const tryAt = async (host: string, parameters: string): Promise<unknown> => {
  try {
    const postgres = await openPostgres({ url: `${server.url.replace('127.0.0.1', host)}?${parameters}` });
    const [row] = await postgres.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    await postgres.close();
    return row?.['ssl'];
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('the way to a server', () => {
  it('is protected by a certificate of the right name from the right root', async () => {
    const [right, wrong] = [`sslrootcert=${fileOf('right.pem')}`, `sslrootcert=${fileOf('wrong.pem')}`];
    expect(await tryAt('localhost', `sslmode=verify-full&${right}`)).toBe(1);
    expect(await tryAt('localhost', `sslmode=verify-full&${wrong}`)).toBe('unreachable');
    expect(await tryAt('localhost', 'sslmode=verify-full')).toBe('unreachable');
    expect(await tryAt('127.0.0.1', `sslmode=verify-full&${right}`)).toBe('unreachable');
  });

  it('is hidden but not checked, or open, where the URL says so', async () => {
    expect(await tryAt('127.0.0.1', 'sslmode=require')).toBe(1);
    expect(await tryAt('127.0.0.1', 'sslmode=disable')).toBe(0);
  });
});
