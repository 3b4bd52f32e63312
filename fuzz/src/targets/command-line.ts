import { parseArgv } from '@sotto/app-cli/testing';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';

const ID = `05${'a1'.repeat(32)}`;
const LINES: readonly string[] = [
  'relay serve --data ./r --listen 127.0.0.1:8443 --registration open --json',
  'relay serve --data ./r --listen [::1]:0 --tls-cert a --tls-key b',
  'relay invite --data ./r --presentation',
  'relay ledger --data ./r 9d0652a3-dcc3-8d11-975f-74d61598733f',
  'node init --data ./n --public 127.0.0.1:22021',
  'node serve --data ./n --listen 127.0.0.1:22021 --directory d.json',
  'directory init --file d.json --key k',
  'directory add node.json --file d.json --key k',
  'directory show --file d.json',
  'network export --relay https://relay.example --directory d.json',
  'account create --profile ./a --name Ann --network n.txt',
  'account restore --profile ./a --onion-only',
  'account show --phrase --profile ./a',
  'account delete --profile ./a --force',
  `send --profile ./a --to ${ID} --road onion --timeout 30 hello`,
  'send --profile ./a --to Ann -- -x',
  'receive --profile ./a --timeout 10 --follow --events',
  `contacts add ${ID} --profile ./a --name Bob`,
  `contacts road ${ID} relay --profile ./a`,
  'contacts list --profile ./a --json',
  'app --profile ./a --listen 127.0.0.1:0 --open --proxy socks5://u:p@h:1080',
  'daemon --profile ./a --passphrase-file p',
  'doctor --profile ./a',
  'devnet --nodes 9 --swarms 3 --apps alice,bob --dir ./d --detach',
  'devnet ctl --dir ./d kill node:3',
  '--help',
  'send --help',
  '--version',
];

/** The command line: understood or refused, in words; never run here. */
export const commandLineTargets: readonly Target[] = [
  {
    name: 'command-line',
    covers: [
      'apps/cli/src/parse/parse-argv.ts',
      'apps/cli/src/parse/values.ts',
      'apps/cli/src/parse/flag-reader.ts',
      'apps/cli/src/parse/flags.ts',
    ],
    form: 'words',
    refuses: [],
    words: [
      '--',
      '-',
      '--json',
      '--no-json',
      '--json=true',
      '-h',
      '--profile=',
      '--data',
      '',
      '__proto__',
      '--__proto__',
      '--constructor',
      '@file',
      '-xyz',
    ],
    slow: true,
    open: () => ({
      seeds: LINES.map((line) => fromText(line.replaceAll(' ', '\n'))),
      read: (input) => {
        const argv = toText(input).split('\n');
        const parsed = parseArgv(argv, { SOTTO_JSON: argv.length % 2 === 0 ? '1' : undefined });
        if (parsed.outcome === 'refused') {
          if (parsed.error.message === 'this command line cannot be read')
            throw new Broken('refused without a reason');
          if (parsed.error.message.length > 1_000) throw new Broken('a refusal repeats whatever was typed');
          return 'refused';
        }
        return 'taken';
      },
    }),
  },
  {
    name: 'environment',
    covers: ['apps/cli/src/parse/flag-reader.ts', 'apps/cli/src/parse/values.ts'],
    form: 'words',
    refuses: [],
    words: [
      'SOTTO_JSON',
      'SOTTO_PROFILE',
      'SOTTO_TIMEOUT',
      'SOTTO_ROAD',
      'SOTTO_PROXY',
      'SOTTO_LISTEN',
      'true',
      '1',
      'yes',
    ],
    slow: true,
    open: () => ({
      seeds: [
        'SOTTO_PROFILE ./a SOTTO_TIMEOUT 7 SOTTO_ROAD onion',
        'SOTTO_JSON 1 SOTTO_PROFILE x SOTTO_PROXY http://h:1',
      ].map((line) => fromText(line.replaceAll(' ', '\n'))),
      read: (input) => {
        const pairs = toText(input).split('\n');
        const environment: Record<string, string> = {};
        for (let index = 0; index + 1 < pairs.length; index += 2)
          environment[pairs[index] as string] = pairs[index + 1] as string;
        const parsed = parseArgv(['receive'], environment);
        if (parsed.outcome === 'refused' && parsed.error.message === 'this command line cannot be read')
          throw new Broken('refused without a reason');
        return parsed.outcome === 'run' ? 'taken' : 'refused';
      },
    }),
  },
];
