import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CliError, tell } from '../cli-error.ts';
import type { Invocation } from './invocation.ts';
import { parseArgv } from './parse-argv.ts';
import { VERSION } from './version.ts';

const ALICE = `05${'a1'.repeat(32)}`;
const ACI = '01234567-89ab-8def-8123-456789abcdef';

/** One good command line of each command. */
const GOOD: Readonly<Record<Invocation['command'], readonly string[]>> = {
  'relay serve': ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:0'],
  'print config': ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:0', '--print-config'],
  'relay invite': ['relay', 'invite', '--data', 'd'],
  'relay backup': ['relay', 'backup', '--data', 'd', '--to', 'b'],
  'relay restore': ['relay', 'restore', '--from', 'b', '--data', 'd'],
  'relay ledger': ['relay', 'ledger', '--data', 'd', ACI],
  'node init': ['node', 'init', '--data', 'd', '--public', '203.0.113.7:22021'],
  'node serve': ['node', 'serve', '--data', 'd', '--listen', '127.0.0.1:0', '--directory', 'f'],
  'node backup': ['node', 'backup', '--data', 'd', '--to', 'b'],
  'node restore': ['node', 'restore', '--from', 'b', '--data', 'd'],
  'node ledger': ['node', 'ledger', '--data', 'd', ALICE],
  'node register': ['node', 'register', '--data', 'd', '--registry', 'r', '--key', 'k'],
  'node move': ['node', 'move', '--data', 'd', '--registry', 'r', '--key', 'k'],
  'node exit': ['node', 'exit', '--data', 'd', '--registry', 'r', '--key', 'k'],
  'node withdraw': ['node', 'withdraw', '--data', 'd', '--registry', 'r', '--key', 'k'],
  'node vote-key': ['node', 'vote-key', '--data', 'd'],
  'devnet chain': ['devnet', 'chain', '--listen', '127.0.0.1:8545', '--state', 's'],
  'directory init': ['directory', 'init', '--file', 'f', '--key', 'k'],
  'directory add': ['directory', 'add', 'NODE.json', '--file', 'f'],
  'directory remove': ['directory', 'remove', '5.6.7.8', '--file', 'f'],
  'directory sign': ['directory', 'sign', '--file', 'f', '--key', 'k'],
  'directory fetch': ['directory', 'fetch', '--from', 'https://seed.example', '--file', 'f'],
  'registry deploy': ['registry', 'deploy', '--rpc', 'r', '--key', 'k', '--test-token', '--file', 'f'],
  'directory show': ['directory', 'show', '--file', 'f'],
  devnet: ['devnet'],
  'devnet ctl': ['devnet', 'ctl', 'kill', 'node:3'],
  'network export': ['network', 'export', '--relay', 'https://relay.example'],
  'account create': ['account', 'create', '--profile', 'p', '--name', 'Alice', '--invite', 'sotto://invite'],
  'account restore': ['account', 'restore', '--profile', 'p', '--network', 'n.txt'],
  'account show': ['account', 'show', '--profile', 'p'],
  'account forget-phrase': ['account', 'forget-phrase', '--profile', 'p'],
  'account network': ['account', 'network', 'n.txt', '--profile', 'p'],
  'account relay-access': ['account', 'relay-access', 'onion', '--profile', 'p'],
  'account delete': ['account', 'delete', '--profile', 'p'],
  send: ['send', '--profile', 'p', '--to', 'bob', 'hello'],
  'attachments save': ['attachments', 'save', '--profile', 'p', '--to', 'd', '05aa.1.5'],
  'network share': ['network', 'share', '--profile', 'p'],
  'node drill': ['node', 'drill'],
  receive: ['receive', '--profile', 'p'],
  'contacts list': ['contacts', 'list', '--profile', 'p'],
  'contacts add': ['contacts', 'add', ALICE, '--profile', 'p'],
  'contacts show': ['contacts', 'show', 'bob', '--profile', 'p'],
  'contacts accept': ['contacts', 'accept', ALICE, '--profile', 'p'],
  'contacts delete': ['contacts', 'delete', ALICE, '--profile', 'p'],
  'contacts block': ['contacts', 'block', ALICE, '--profile', 'p'],
  'contacts unblock': ['contacts', 'unblock', ALICE, '--profile', 'p'],
  'contacts verify': ['contacts', 'verify', ALICE, '--profile', 'p'],
  'contacts unverify': ['contacts', 'unverify', ALICE, '--profile', 'p'],
  'contacts acknowledge': ['contacts', 'acknowledge', ALICE, '--profile', 'p'],
  'contacts name': ['contacts', 'name', ALICE, 'Bob', '--profile', 'p'],
  'contacts road': ['contacts', 'road', ALICE, 'relay', '--profile', 'p'],
  app: ['app', '--profile', 'p'],
  daemon: ['daemon', '--profile', 'p'],
  doctor: ['doctor', '--profile', 'p'],
};
const goodLines = Object.values(GOOD);

function understood(argv: readonly string[], environment = {}): Invocation {
  const parsed = parseArgv(argv, environment);
  if (parsed.outcome !== 'run') throw new Error(`not understood: ${JSON.stringify(parsed)}`);
  return parsed.invocation;
}

/** The one typed error, which ends with exit code 2 and has words and a hint. */
function refused(argv: readonly string[], environment = {}): CliError {
  const parsed = parseArgv(argv, environment);
  if (parsed.outcome !== 'refused') throw new Error(`understood: ${argv.join(' ')}`);
  expect(parsed.error).toBeInstanceOf(CliError);
  expect(tell(parsed.error)).toMatchObject({ exitCode: 2 });
  expect(parsed.error.message).not.toBe('');
  return parsed.error;
}

describe('a command line', () => {
  it.each(Object.entries(GOOD))('%s is understood', (command, argv) => {
    expect(understood(argv)).toMatchObject({ command, json: false });
    expect(understood([...argv, '--json'])).toMatchObject({ command, json: true });
  });

  it.each(Object.entries(GOOD))('%s has a help with examples', (_command, argv) => {
    const parsed = parseArgv([...argv, '--help'], {});
    expect(parsed).toMatchObject({ outcome: 'help' });
    expect((parsed as { text: string }).text).toContain('Examples:\n  sotto ');
  });

  it('has a help for every group and for itself', () => {
    for (const argv of [['--help'], ['-h'], ['relay', '--help'], ['contacts', '-h'], ['help']]) {
      expect(parseArgv(argv, {})).toMatchObject({ outcome: 'help' });
    }
  });

  it('knows its version', () => {
    const workspace = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(workspace.version);
    expect(parseArgv(['--version'], {})).toEqual({ outcome: 'help', text: `${VERSION}\n` });
  });

  it('reads a text literally after --, and from standard input at -', () => {
    expect(understood(['send', '--profile', 'p', '--to', 'b', '--', '--json'])).toMatchObject({
      text: '--json',
      json: false,
    });
    expect(understood(['send', '--profile', 'p', '--to', 'b', '-'])).not.toHaveProperty('text');
    const to = ['send', '--profile', 'p', '--to', 'b'];
    expect(understood([...to, '--attach', 'a,b.txt', '--attach', 'c'])).toMatchObject({
      attach: ['a,b.txt', 'c'],
      text: '',
    });
    expect(understood(to, { SOTTO_ATTACH: 'one\ntwo' })).toMatchObject({ attach: ['one', 'two'] });
    expect(understood([...to, '--attach', 'a', '-'])).not.toHaveProperty('text');
    expect(refused(['send', '--profile', 'p', '--to', 'b', '-5 degrees']).hint).toContain('--');
  });

  it('gathers proxies, however they are written', () => {
    const both = ['--trusted-proxy', '10.0.0.0/8, 192.0.2.1', '--trusted-proxy', '2001:db8::/32'];
    const proxies = ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'];
    expect(understood([...GOOD['relay serve'], ...both])).toMatchObject({ proxies });
    expect(understood(GOOD['relay serve'])).not.toHaveProperty('proxies');
  });

  it('gives times in milliseconds with the defaults of the contract', () => {
    expect(understood(GOOD.send)).toMatchObject({ timeout: 30_000 });
    expect(understood(GOOD.receive)).toMatchObject({ timeout: 10_000, follow: false, events: false });
    expect(understood([...GOOD.receive, '--timeout', '1.5'])).toMatchObject({ timeout: 1500 });
  });
});

describe('a command on a profile', () => {
  const onProfile = Object.entries(GOOD).filter(([, argv]) => argv.includes('--profile'));

  it.each(onProfile)('%s takes a proxy, typed or set', (_command, argv) => {
    const proxy = 'socks5://127.0.0.1:9050';
    expect(understood(argv)).not.toHaveProperty('proxy');
    expect(understood([...argv, '--proxy', proxy])).toMatchObject({ proxy });
    expect(understood(argv, { SOTTO_PROXY: proxy })).toMatchObject({ proxy });
  });

  it('chooses between roads', () => {
    for (const road of ['auto', 'relay', 'onion']) {
      expect(understood([...GOOD.send, '--road', road])).toMatchObject({ road });
      expect(understood(['contacts', 'road', ALICE, road, '--profile', 'p'])).toMatchObject({ road });
    }
    expect(understood(GOOD.send)).not.toHaveProperty('road');
  });

  it('makes an account with a relay, a directory, or both', () => {
    const create = ['account', 'create', '--profile', 'p'];
    const both = ['--relay', 'https://r.example', '--directory', 'f'];
    expect(understood([...create, ...both])).toMatchObject({
      relay: 'https://r.example',
      directory: 'f',
      onionOnly: false,
    });
    const onionOnly = understood([...create, '--directory', 'f', '--onion-only']);
    expect(onionOnly).toMatchObject({ directory: 'f', onionOnly: true });
    expect(onionOnly).not.toHaveProperty('relay');
  });
});

describe('flags from the environment', () => {
  it('stand in for flags that are not typed', () => {
    const environment = {
      SOTTO_PROFILE: 'env',
      SOTTO_JSON: '1',
      SOTTO_TIMEOUT: '3',
      SOTTO_PASSPHRASE_FILE: 'f',
    };
    expect(understood(['receive'], environment)).toEqual({
      command: 'receive',
      profile: 'env',
      passphraseFile: 'f',
      json: true,
      timeout: 3000,
      follow: false,
      events: false,
    });
    expect(understood(GOOD.receive, environment)).toMatchObject({ profile: 'p' });
  });

  it('are refused like flags, under their own names', () => {
    expect(refused(['receive', '--profile', 'p'], { SOTTO_TIMEOUT: 'soon' }).message).toContain(
      'SOTTO_TIMEOUT',
    );
    expect(refused(GOOD.receive, { SOTTO_FOLLOW: 'maybe' }).message).toContain('SOTTO_FOLLOW');
    expect(understood(GOOD.receive, { SOTTO_FOLLOW: '0', SOTTO_TIMEOUT: '' })).toMatchObject({
      follow: false,
    });
  });

  it('give way where a typed flag excludes them', () => {
    const argv = ['account', 'create', '--profile', 'p', '--relay', 'https://r.example'];
    expect(understood(argv, { SOTTO_NETWORK: 'n.txt' })).not.toHaveProperty('network');
    expect(understood(argv, { SOTTO_INVITE: 'sotto://invite?x' })).toHaveProperty('invite');
    const invited = ['account', 'create', '--profile', 'p', '--invite', 'sotto://invite?x'];
    const elsewhere = understood(invited, { SOTTO_RELAY: 'https://r.example', SOTTO_NETWORK: 'n.txt' });
    expect(elsewhere).toMatchObject({ invite: 'sotto://invite?x' });
    expect(elsewhere).not.toHaveProperty('relay');
    expect(elsewhere).not.toHaveProperty('network');
    const both = understood([...argv, '--invite', 'sotto://invite?x'], {
      SOTTO_RELAY: 'https://other.example',
    });
    expect(both).toMatchObject({ relay: 'https://r.example', invite: 'sotto://invite?x' });
  });

  it('take no relay along for an account that is onion-only', () => {
    const set = { SOTTO_RELAY: 'https://r.example', SOTTO_INVITE: 'sotto://invite?x' };
    const argv = ['account', 'create', '--profile', 'p', '--onion-only'];
    const directory = understood(argv, { ...set, SOTTO_DIRECTORY: 'f' });
    expect(directory).toMatchObject({ directory: 'f', onionOnly: true });
    expect(directory).not.toHaveProperty('relay');
    expect(directory).not.toHaveProperty('invite');
    expect(understood(argv, { ...set, SOTTO_NETWORK: 'n' })).toMatchObject({ network: 'n', onionOnly: true });
    const relay = ['account', 'create', '--profile', 'p', '--relay', 'https://r.example'];
    expect(refused(relay, { SOTTO_ONION_ONLY: '1' }).code).toBe('usage');
    expect(understood(relay, { SOTTO_ONION_ONLY: '0' })).toMatchObject({ onionOnly: false });
  });

  it('name the user and not the people who are added', () => {
    const own = { SOTTO_NAME: 'Alice' };
    expect(understood(GOOD['account create'], own)).toHaveProperty('name');
    expect(understood(['contacts', 'add', ALICE, '--profile', 'p'], own)).not.toHaveProperty('name');
  });
});

describe('the command line of an app', () => {
  it('listens on a free port of this machine unless told otherwise', () => {
    expect(understood(GOOD.app)).toEqual({
      ...{ command: 'app', json: false, profile: 'p', open: false },
      listen: { host: '127.0.0.1', port: 0 },
    });
  });

  it.each([
    ['127.9.8.7:8080', { host: '127.9.8.7', port: 8080 }],
    ['[::1]:0', { host: '::1', port: 0 }],
  ])('listens on %s', (address, listen) => {
    expect(understood([...GOOD.app, '--listen', address])).toMatchObject({ listen });
  });

  it('takes a network, a label and the wish for a browser', () => {
    const more = ['--network', 'n.txt', '--label', 'Alice', '--open', '--passphrase-file', 'f'];
    expect(understood([...GOOD.app, ...more])).toMatchObject({
      ...{ network: 'n.txt', label: 'Alice', open: true, passphraseFile: 'f' },
    });
  });
});

describe('what is refused', () => {
  it('an account without a network, with both ways to get one', () => {
    const error = refused(['account', 'create', '--profile', 'p', '--name', 'A']);
    expect(error.hint).toContain('--network');
    expect(error.hint).toContain('relay serve');
  });

  it.each([
    ...['0.0.0.0:8080', '192.168.1.2:8080', '[::]:8080', '[fe80::1]:80', 'localhost:8080', '127.1:8080'],
    ...['127.0.0.1', '127.0.0.1:65536', '127.0.0.256:80', '127.0.0.1.evil.example:80', '0x7f.0.0.1:80'],
    ...['[::ffff:127.0.0.1]:80', '2130706433:80'],
  ])('a page that would listen on %s', (address) => {
    expect(refused([...GOOD.app, '--listen', address])).toMatchObject({ code: 'usage' });
  });

  it('a bus without what it is for, and no password is shown where settings are', () => {
    expect(refused([...GOOD['relay serve'], '--bus', 'nats://h']).code).toBe('usage');
    const database = 'postgres://sotto:secret@db.example/sotto?sslmode=require';
    const shown = understood([...GOOD['relay serve'], '--database', database, '--print-config']);
    expect(shown).toMatchObject({ settings: { database: 'postgres://…@db.example/sotto?…' } });
    expect(understood([...GOOD['relay serve'], '--database', database])).toMatchObject({ database });
    const bus = ['--database', database, '--bus', 'nats://token@bus.example:4222', '--print-config'];
    expect(understood([...GOOD['relay serve'], ...bus])).toMatchObject({
      settings: { bus: 'nats://…@bus.example:4222' },
    });
    const phone = ['--registration', 'phone', '--sms', 'webhook', '--sms-secret-file', 's', '--print-config'];
    const webhook = ['--sms-url', 'https://sms.example/hook/token?key=secret'];
    expect(understood([...GOOD['relay serve'], ...phone, ...webhook])).toMatchObject({
      settings: { 'sms-url': 'https://sms.example/…?…' },
    });
  });

  it.each([
    ['--network', 'n', '--relay', 'https://r'],
    ['--network', 'n', '--directory', 'f'],
    ['--onion-only', '--network', 'n', '--invite', 'sotto://invite?x'],
    ['--onion-only', '--directory', 'f', '--relay', 'https://r'],
  ])('networks that exclude each other: %s %s %s %s', (...network) => {
    expect(refused(['account', 'create', '--profile', 'p', ...network])).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('exclude each other'),
    });
  });

  it('an account that is onion-only without storage nodes, with both ways to get some', () => {
    const { hint } = refused(['account', 'create', '--profile', 'p', '--onion-only']);
    expect(hint).toContain('--network');
    expect(hint).toContain('node init');
  });

  it.each([
    [[]],
    [['relay']],
    [['frobnicate']],
    [['contacts', 'frobnicate', '--profile', 'p']],
    [['send', '--profile', 'p', 'x']],
    [['send', '--profile', 'p', '--to', 'b']],
    [['send', '--profile', 'p', '--to', 'b', 'one', 'two']],
    [['receive', '--profile', 'p', '--timeout', '-1']],
    [['receive', '--profile', 'p', '--timeout', '1e3']],
    [['receive', '--profile', '']],
    [['receive', '--profile', 'p', '--folow']],
    [['relay', 'serve', '--data', 'd', '--listen', '8443']],
    [['relay', 'serve', '--data', 'd', '--listen', 'h:65536']],
    [[...GOOD['relay serve'], '--tls-cert', 'c']],
    [[...GOOD['relay serve'], '--trusted-proxy', 'proxy.example']],
    [[...GOOD['relay serve'], '--trusted-proxy', '10.0.0.0/8,10.0.0.0/33']],
    [[...GOOD['relay serve'], '--trusted-proxy', '::1/129']],
    [['relay', 'ledger', '--data', 'd', 'me']],
    [[...GOOD['account create'], '--network', 'n', '--relay', 'https://r']],
    [['account', 'create', '--profile', 'p', '--relay', 'https://r', '--name', 'a\u001b[2J']],
    [['contacts', 'name', ALICE, 'x'.repeat(65), '--profile', 'p']],
    [['contacts', 'road', ALICE, 'fast', '--profile', 'p']],
    [['send', '--profile', 'p', '--to', 'b', '--road', 'both', 'x']],
    [['receive', '--profile', 'p', '--proxy', '']],
  ])('%j', (argv) => {
    expect(refused(argv).code).toBe('usage');
  });

  it('suggests what a mistyped flag may have meant', () => {
    expect(refused(['receive', '--profile', 'p', '--folow']).hint).toContain('--follow');
  });

  it.each([
    [['contacts', 'frobnicate', '--profile', 'p'], '`sotto contacts --help`'],
    [['contacts'], '`sotto contacts --help`'],
    [['send', '--profile', 'p', '--to', 'b'], '`sotto send --help`'],
    [['relay', 'serve', '--qqqqqqqq'], '`sotto relay serve --help`'],
    [['qqqqqqqq'], '`sotto --help`'],
    [[], '`sotto --help`'],
  ])('%j, and names the help to see', (argv, help) => {
    expect(refused(argv).hint).toContain(help);
  });

  it('one argument too many, in any command', () => {
    fc.assert(
      fc.property(fc.constantFrom(...goodLines), fc.string({ minLength: 1 }), (argv, more) => {
        fc.pre(!more.startsWith('-'));
        refused([...argv, more]);
      }),
      { numRuns: 100 },
    );
  });

  it('an unknown flag, in any command, however long, in short words', () => {
    const flag = fc.string({ minLength: 1, maxLength: 50_000 }).map((text) => `--x${text}`);
    fc.assert(
      fc.property(fc.constantFrom(...goodLines), flag, (argv, unknown) => {
        expect(refused([...argv, unknown]).message.length).toBeLessThan(300);
      }),
      { numRuns: 60 },
    );
  });

  it('a value that is too long, in any place that takes one', () => {
    const long = 'a'.repeat(400_000);
    for (const argv of goodLines) {
      argv.forEach((word, place) => {
        const isCommand = place < 2 && /^[a-z]+$/.test(word) && !argv[place - 1]?.startsWith('--');
        const isFlag = word.startsWith('--');
        if (isFlag || (isCommand && !['bob', 'hello'].includes(word))) return;
        const error = refused(argv.with(place, long));
        expect(error.message.length).toBeLessThan(300);
        expect(error.message).not.toContain(long);
      });
    }
  });

  it('says as JSON when --json stands before --, and only then', () => {
    expect(parseArgv(['frob', '--json'], {})).toMatchObject({ outcome: 'refused', json: true });
    expect(parseArgv(['frob'], { SOTTO_JSON: '1' })).toMatchObject({ outcome: 'refused', json: true });
    expect(parseArgv(['frob', '--', '--json'], {})).toMatchObject({ outcome: 'refused', json: false });
  });
});

describe('any words at all', () => {
  const known = goodLines.flat();
  const word = fc.oneof(
    fc.constantFrom(
      ...known,
      '--',
      '-',
      '--json',
      '--help',
      '--timeout',
      '--to',
      '--name',
      '-h',
      '--profile=',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const environment = fc.dictionary(
    fc.constantFrom('SOTTO_PROFILE', 'SOTTO_JSON', 'SOTTO_TO', 'SOTTO_TIMEOUT', 'SOTTO_DATA', 'SOTTO_LISTEN'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  it('are understood, answered with help, or refused with exit 2; nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), environment, (argv, variables) => {
        const parsed = parseArgv(argv, variables);
        if (parsed.outcome === 'refused') expect(tell(parsed.error).exitCode).toBe(2);
      }),
      { numRuns: 500 },
    );
  });
});
