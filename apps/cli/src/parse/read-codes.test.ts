import { describe, expect, it } from 'vitest';
import { parseArgv } from './parse-argv.ts';

const SERVE = ['relay', 'serve', '--data', 'd', '--listen', '127.0.0.1:0'];
const PHONE = [...SERVE, '--registration', 'phone'];
const SERVICE = 'VA0123456789abcdef0123456789abcdef';

function understood(argv: readonly string[], environment = {}) {
  const parsed = parseArgv(argv, environment);
  if (parsed.outcome !== 'run') throw new Error(`not run: ${JSON.stringify(parsed)}`);
  return parsed.invocation;
}

describe('a relay that registers by phone', () => {
  it.each([
    [['--sms', 'log'], { sms: 'log', beyondLoopback: false }],
    [['--sms', 'log', '--sms-beyond-loopback'], { sms: 'log', beyondLoopback: true }],
    [
      ['--sms', 'webhook', '--sms-url', 'https://s.example', '--sms-secret-file', 'f', '--sms-per-hour', '9'],
      { sms: 'webhook', url: 'https://s.example', secretFile: 'f', perHour: 9 },
    ],
    [
      ['--sms', 'twilio', '--sms-service', SERVICE, '--sms-secret-file', 'f'],
      { sms: 'twilio', service: SERVICE, secretFile: 'f' },
    ],
  ])('sends codes with %j', (flags, codes) => {
    expect(understood([...PHONE, ...flags])).toMatchObject({ registration: 'phone', codes });
  });

  it('may be told by the environment', () => {
    const environment = { SOTTO_REGISTRATION: 'phone', SOTTO_SMS: 'log' };
    expect(understood(SERVE, environment)).toMatchObject({ registration: 'phone', codes: { sms: 'log' } });
    expect(understood(SERVE)).not.toHaveProperty('codes');
  });

  it.each([
    [PHONE, '--sms'],
    [[...SERVE, '--sms', 'log'], '--registration phone'],
    [[...PHONE, '--sms', 'pigeon'], 'log, webhook, twilio'],
    [[...PHONE, '--sms', 'webhook', '--sms-secret-file', 'f'], '--sms-url'],
    [[...PHONE, '--sms', 'webhook', '--sms-url', 'https://s.example'], '--sms-secret-file'],
    [[...PHONE, '--sms', 'twilio', '--sms-secret-file', 'f'], '--sms-service'],
    [[...PHONE, '--sms', 'log', '--sms-url', 'https://s.example'], '--sms-url'],
    [[...PHONE, '--sms', 'log', '--sms-secret-file', 'f'], '--sms-secret-file'],
    [[...PHONE, '--sms', 'webhook', '--sms-service', SERVICE], '--sms-service'],
    [[...PHONE, '--sms', 'log', '--sms-per-hour', '0'], '1 to 1000000'],
  ])('is refused as %j', (argv, words) => {
    const parsed = parseArgv(argv, {});
    if (parsed.outcome !== 'refused') throw new Error('it was understood');
    expect(parsed.error).toMatchObject({ code: 'usage', message: expect.stringContaining(words) });
  });
});
