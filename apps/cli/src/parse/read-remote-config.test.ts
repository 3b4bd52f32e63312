import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

const SERVE = ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:0'];
const SIZE = 'global.groupsv2.maxGroupSize';
const REGIONS = 'global.payments.disabledRegions';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-remote-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function understood(argv: readonly string[], environment = {}) {
  const parsed = parseArgv([...SERVE, ...argv], environment);
  if (parsed.outcome !== 'run') throw new Error(`not run: ${JSON.stringify(parsed)}`);
  return parsed.invocation;
}

describe('settings for clients of a relay', () => {
  it.each([
    [[`${SIZE}=151`], { [SIZE]: '151' }],
    [[`${SIZE}=151`, `${REGIONS}=98,963, 53`], { [SIZE]: '151', [REGIONS]: '98,963, 53' }],
    [[`${REGIONS}=98,963, ${SIZE}=151,x=`], { [REGIONS]: '98,963', [SIZE]: '151', x: '' }],
    [['a.b_c-d=e=f'], { 'a.b_c-d': 'e=f' }],
  ])('are gathered from %j, with commas in values', (typed, remoteConfig) => {
    const argv = typed.flatMap((one) => ['--remote-config', one]);
    expect(understood(argv)).toMatchObject({ remoteConfig });
    expect(understood([], { SOTTO_REMOTE_CONFIG: typed.join(',') })).toMatchObject({ remoteConfig });
    const file = join(folder, 'relay.json');
    writeFileSync(file, JSON.stringify({ 'remote-config': typed }));
    expect(understood(['--config', file])).toMatchObject({ remoteConfig });
    const shown = understood([...argv, '--print-config']);
    expect(shown).toMatchObject({ settings: { 'remote-config': typed.join(',') } });
  });

  it('are none unless set', () => {
    expect(understood([])).not.toHaveProperty('remoteConfig');
  });

  it.each(['x', '=x', 'a b=c', '98,963', `a=1,b=2,a=3`, ''])('cannot be %j', (typed) => {
    const parsed = parseArgv([...SERVE, '--remote-config', typed], {});
    if (parsed.outcome !== 'refused') throw new Error('it was understood');
    expect(parsed.error).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('--remote-config'),
    });
  });
});
