import { describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

const KEY = 'ab'.repeat(32);

function understood(...argv: readonly string[]) {
  return parseArgv(argv, {});
}

function run(invocation: object) {
  return { outcome: 'run', invocation: { json: false, ...invocation } };
}

describe('the command line of a directory', () => {
  const init = ['directory', 'init', '--file', 'f', '--key', 'k'];

  it('takes signers one by one or joined', () => {
    const other = 'cd'.repeat(32);
    const signers = [KEY, other];
    const base = { command: 'directory init', file: 'f', key: 'k', subnets: 'distinct', signers };
    expect(understood(...init, '--signer', KEY, '--signer', other.toUpperCase())).toEqual(run(base));
    expect(parseArgv(init, { SOTTO_SIGNER: signers.join(',') })).toEqual(run(base));
  });

  it('takes a threshold and the rule of subnets', () => {
    expect(understood(...init, '--threshold', '2', '--subnets', 'ignore')).toMatchObject({
      invocation: { threshold: 2, subnets: 'ignore', signers: [] },
    });
    expect(understood(...init)).not.toHaveProperty('invocation.threshold');
  });

  it('takes swarm IDs that no double holds', () => {
    const add = ['directory', 'add', 'NODE.json', '--file', 'f', '--swarm'];
    expect(understood(...add, '9223372036854775809')).toMatchObject({
      invocation: { swarm: 9223372036854775809n },
    });
    expect(understood(...add, 'new')).toMatchObject({ invocation: { swarm: 'new' } });
  });

  it('takes a node by key or address', () => {
    const remove = (who: string) => understood('directory', 'remove', who, '--file', 'f', '--key', 'k');
    expect(remove(KEY.toUpperCase())).toMatchObject({ invocation: { who: KEY, key: 'k' } });
    expect(remove('5.6.7.8')).toMatchObject({ invocation: { who: '5.6.7.8' } });
  });

  it.each([
    [[...init, '--threshold', '0']],
    [[...init, '--signer', 'ab']],
    [[...init, '--subnets', 'some']],
    [['directory', 'add', 'n', '--file', 'f', '--swarm', '0x1']],
    [['directory', 'remove', 'node-1', '--file', 'f']],
    [['directory', 'sign', '--file', 'f']],
    [['network', 'export']],
    [['devnet', '--nodes', '100']],
    [['devnet', '--no-relay', '--nodes', '0']],
    [['devnet', '--nodes', '2', '--swarms', '3']],
    [['devnet', 'ctl', 'kill']],
    [['devnet', 'ctl', 'status', 'relay']],
    [['devnet', 'ctl', 'kill', 'node:0']],
    [['devnet', 'ctl', 'reboot', 'relay']],
    [['devnet', 'ctl', 'kill', 'app:']],
    [['devnet', 'ctl', 'kill', 'app:Alice']],
    [['devnet', '--apps', '']],
    [['devnet', '--apps', 'alice,']],
    [['devnet', '--apps', 'Alice']],
    [['devnet', '--apps', '../alice']],
    [['devnet', '--apps', 'x'.repeat(33)]],
    [['devnet', '--apps', 'alice,bob,alice']],
    [['devnet', '--apps', 'a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q']],
  ])('refuses %j', (argv) => {
    expect(understood(...argv)).toMatchObject({ outcome: 'refused', error: { code: 'usage' } });
  });
});

describe('the command line of a devnet', () => {
  it('leaves open what the folder may remember', () => {
    expect(understood('devnet')).toEqual(
      run({
        command: 'devnet',
        dir: '.sotto/devnet',
        relay: true,
        quickVotes: false,
        apps: [],
        detach: false,
      }),
    );
    expect(understood('devnet', '--nodes', '7', '--swarms', '1', '--no-relay', '--detach')).toEqual(
      run({
        command: 'devnet',
        dir: '.sotto/devnet',
        nodes: 7,
        swarms: 1,
        relay: false,
        quickVotes: false,
        apps: [],
        detach: true,
      }),
    );
    expect(understood('devnet', '--chain', '--quick-votes')).toMatchObject({
      invocation: { chain: true, quickVotes: true },
    });
    expect(understood('devnet', '--chain', '--swarms', '2')).toMatchObject({ outcome: 'refused' });
    expect(parseArgv(['devnet'], { SOTTO_NO_RELAY: '1' })).toMatchObject({ invocation: { relay: false } });
  });

  it('takes labels of apps, each once', () => {
    expect(understood('devnet', '--apps', 'alice, bob-2')).toMatchObject({
      invocation: { apps: ['alice', 'bob-2'] },
    });
    expect(understood('devnet', 'ctl', 'start', 'app:bob-2')).toMatchObject({
      invocation: { action: 'start', target: 'app:bob-2' },
    });
  });

  it('knows the folder of ctl on either side of its words', () => {
    const ctl = run({ command: 'devnet ctl', dir: 'd', action: 'kill', target: 'relay' });
    expect(understood('devnet', 'ctl', '--dir', 'd', 'kill', 'relay')).toEqual(ctl);
    expect(understood('devnet', 'ctl', 'kill', 'relay', '--dir', 'd')).toEqual(ctl);
    expect(understood('devnet', 'ctl', 'status', '--json')).toMatchObject({
      invocation: { json: true, action: 'status', dir: '.sotto/devnet' },
    });
  });
});
