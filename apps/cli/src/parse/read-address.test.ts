import { describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

const SERVE = ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:8080'];
const PUBLIC = ['--public', 'https://relay.example'];
const byProxy = { publicUrl: 'https://relay.example', tls: 'none' };
const loopback = ['127.0.0.0/8', '::1'];

function understood(argv: readonly string[], environment = {}) {
  const parsed = parseArgv([...SERVE, ...argv], environment);
  if (parsed.outcome !== 'run') throw new Error(`not run: ${JSON.stringify(parsed)}`);
  return parsed.invocation;
}

describe('a relay whose certificate a reverse proxy has', () => {
  it('speaks plain http, and believes who can reach it about the addresses of clients', () => {
    const typed = understood(['--tls-by-proxy', ...PUBLIC]);
    expect(typed).toMatchObject({ ...byProxy, proxies: loopback });
    const set = understood([], { SOTTO_TLS_BY_PROXY: '1', SOTTO_PUBLIC: 'https://relay.example' });
    expect(set).toEqual(typed);
    expect(understood(PUBLIC, { SOTTO_TLS_BY_PROXY: '0' })).not.toHaveProperty('tls');
  });

  it('believes proxies before that one too', () => {
    const before = ['--trusted-proxy', '192.0.2.0/24', '--trusted-proxy', '2001:db8::1'];
    expect(understood(['--tls-by-proxy', ...PUBLIC, ...before])).toMatchObject({
      proxies: [...loopback, '192.0.2.0/24', '2001:db8::1'],
    });
  });

  it('is shown as a setting', () => {
    const shown = understood(['--tls-by-proxy', ...PUBLIC, '--print-config']);
    expect(shown).toMatchObject({ settings: { 'tls-by-proxy': true, public: 'https://relay.example' } });
    expect(understood(['--print-config'])).toMatchObject({ settings: { 'tls-by-proxy': false } });
  });

  it.each([
    [['--tls-by-proxy'], {}, 'needs --public', '--public https://'],
    [['--tls-by-proxy', ...PUBLIC, '--tls-cert', 'c', '--tls-key', 'k'], {}, 'exclude each other', 'leave'],
    [['--tls-by-proxy', ...PUBLIC], { SOTTO_TLS_CERT: 'c', SOTTO_TLS_KEY: 'k' }, 'exclude', 'leave'],
    [['--tls-by-proxy', ...PUBLIC, '--tls-key', 'k'], {}, 'belong together', 'both or neither'],
    [PUBLIC, { SOTTO_TLS_BY_PROXY: 'perhaps' }, 'SOTTO_TLS_BY_PROXY', ''],
  ])('is refused %j with %j, with what to do', (argv, environment, message, hint) => {
    const parsed = parseArgv([...SERVE, ...argv], environment);
    if (parsed.outcome !== 'refused') throw new Error('it was understood');
    expect(parsed.error.code).toBe('usage');
    expect(parsed.error.message).toContain(message);
    expect(parsed.error.hint ?? '').toContain(hint);
  });
});
