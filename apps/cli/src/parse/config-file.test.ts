import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-config-'));
  file = join(folder, 'relay.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const serve = (settings: unknown, argv: readonly string[] = [], environment = {}) => {
  writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
  return parseArgv(['relay', 'serve', '--config', file, ...argv], environment);
};

describe('a file of settings', () => {
  it('sets what neither the line nor the environment does', () => {
    const settings = { data: '/file', listen: '127.0.0.1:1', registration: 'open', json: true };
    expect(serve(settings)).toMatchObject({
      outcome: 'run',
      invocation: { command: 'relay serve', data: '/file', registration: 'open', json: true },
    });
    const environment = { SOTTO_DATA: '/environment', SOTTO_REGISTRATION: 'invite' };
    expect(serve(settings, ['--data', '/line'], environment)).toMatchObject({
      invocation: { data: '/line', listen: { port: 1 }, registration: 'invite' },
    });
  });

  it('is what --print-config prints', () => {
    const line = ['--listen', '127.0.0.1:7', '--tls-cert', 'c', '--tls-key', 'k', '--print-config'];
    const printed = serve({ data: '/file' }, line, { SOTTO_METRICS_LISTEN: '127.0.0.1:9' });
    if (printed.outcome !== 'run' || printed.invocation.command !== 'print config')
      throw new Error('not printed');
    const { settings } = printed.invocation;
    expect(settings).toEqual({
      data: '/file',
      listen: '127.0.0.1:7',
      registration: 'invite',
      'sms-beyond-loopback': false,
      'tls-cert': 'c',
      'tls-key': 'k',
      'tls-by-proxy': false,
      'metrics-listen': '127.0.0.1:9',
      'blobs-limit': '20G',
      'blobs-region': 'us-east-1',
      json: false,
    });
    expect(serve(settings)).toMatchObject({
      invocation: { command: 'relay serve', tls: { cert: 'c', key: 'k' }, operation: { port: 9 } },
    });
  });

  it.each([
    ['no JSON', '{', 'not one JSON object'],
    ['a list', [1], 'not one JSON object'],
    ['what is no flag', { dta: '/file' }, '"dta"'],
    ['a flag of another command', { invite: 'x' }, '"invite"'],
    ['a value that cannot be used', { listen: 'nowhere' }, 'listen in the file of --config'],
    ['a value of no kind', { data: { path: '/x' } }, 'data'],
  ])('with %s is refused, naming what is wrong', (_, settings, words) => {
    const parsed = serve(settings, ['--data', 'd']);
    expect(parsed).toMatchObject({ outcome: 'refused', error: { code: 'usage' } });
    expect(parsed.outcome === 'refused' && parsed.error.message).toContain(words);
  });

  it('that is not there is refused', () => {
    const parsed = parseArgv(['relay', 'serve', '--config', join(folder, 'none')], {});
    expect(parsed).toMatchObject({ outcome: 'refused', error: { code: 'usage' } });
  });
});
