import { CliError } from '../cli-error.ts';
import type { FlagReader } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { CodesChoice } from './invocation.ts';

/**
 * How codes get to phones: asked for where phone numbers register, and refused where they do not. Each way has flags of its
 * own, and none of another's.
 */
export function readCodes(read: FlagReader): { readonly codes?: CodesChoice } {
  const isByPhone = read.optional(flags.registration) === 'phone';
  const sms = read.optional(flags.sms);
  if (!isByPhone) {
    if (sms === undefined) return {};
    throw new CliError('usage', '--sms belongs to --registration phone', 'give both, or neither');
  }
  if (sms === undefined) {
    const hint = 'as in --sms webhook --sms-url https://… --sms-secret-file F; see `relay serve --help`';
    throw new CliError('usage', '--registration phone needs --sms', hint);
  }
  const perHour = read.optional(flags.smsPerHour);
  return { codes: { ...readWay(read, sms), ...(perHour !== undefined && { perHour }) } };
}

function readWay(read: FlagReader, sms: CodesChoice['sms']): CodesChoice {
  refuseOthers(read, sms);
  switch (sms) {
    case 'log':
      return { sms, beyondLoopback: read.isOn(flags.smsBeyondLoopback) };
    case 'webhook':
      return { sms, url: read.required(flags.smsUrl), secretFile: read.required(flags.smsSecretFile) };
    case 'twilio':
      return {
        sms,
        service: read.required(flags.smsService),
        secretFile: read.required(flags.smsSecretFile),
      };
  }
}

/** What was typed for another way would be taken for something that it is not. */
function refuseOthers(read: FlagReader, sms: CodesChoice['sms']): void {
  const strays = [
    sms !== 'webhook' && read.typed(flags.smsUrl) !== undefined && flags.smsUrl,
    sms !== 'twilio' && read.typed(flags.smsService) !== undefined && flags.smsService,
    sms === 'log' && read.typed(flags.smsSecretFile) !== undefined && flags.smsSecretFile,
  ];
  const stray = strays.find((flag) => flag !== false);
  if (stray === undefined) return;
  throw new CliError('usage', `--${stray.name} is not for --sms ${sms}`, `leave --${stray.name} out`);
}
