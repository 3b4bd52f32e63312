import type { Command } from 'commander';
import { defineCommand, type Sink } from './define-command.ts';
import { readNamed } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { ContactVerb } from './invocation.ts';
import { onProfile, profileFlags } from './on-profile.ts';
import { readName, readWho } from './values.ts';

const WHO = { name: 'id', about: 'an account ID, the name of a contact, or a contact link' };

const VERBS: readonly { readonly verb: ContactVerb; readonly about: string }[] = [
  { verb: 'contacts show', about: 'print one contact' },
  { verb: 'contacts accept', about: 'accept the request of somebody who wrote' },
  { verb: 'contacts delete', about: 'forget a contact and the chat with them' },
  { verb: 'contacts block', about: 'drop what they send, without a sign' },
  { verb: 'contacts unblock', about: 'end a block' },
  { verb: 'contacts verify', about: 'note that you have compared the safety number with them' },
  { verb: 'contacts unverify', about: 'take that back' },
  { verb: 'contacts acknowledge', about: 'go on after a warning about their account record' },
];

export function defineContactCommands(root: Command, sink: Sink): void {
  const contacts = root.command('contacts').description('the people of a profile');
  const shared = [...profileFlags, flags.json];
  const who = (text = '') => readNamed('<id>', readWho, text);
  defineCommand(
    contacts,
    {
      name: 'list',
      about: 'print all contacts',
      flags: shared,
      examples: ['contacts list --profile ./alice', 'contacts list --profile ./alice --json'],
      make: (read) => ({ command: 'contacts list', ...onProfile(read) }),
    },
    sink,
  );
  defineCommand(
    contacts,
    {
      name: 'add',
      about: 'add somebody by their ID or contact link',
      args: [WHO],
      flags: [...profileFlags, flags.contactName, flags.json],
      examples: [
        'contacts add --profile ./alice 05… --name Bob',
        "contacts add --profile ./alice 'sotto://contact/05…'",
      ],
      make: (read, [id]) => {
        const name = read.optional(flags.contactName);
        const added = { command: 'contacts add', ...onProfile(read), who: who(id) } as const;
        return name === undefined ? added : { ...added, name };
      },
    },
    sink,
  );
  for (const { verb, about } of VERBS) {
    const name = verb.slice('contacts '.length);
    defineCommand(
      contacts,
      {
        name,
        about,
        args: [WHO],
        flags: shared,
        examples: [`contacts ${name} --profile ./alice Bob`, `contacts ${name} --profile ./alice 05…`],
        make: (read, [id]) => ({ command: verb, ...onProfile(read), who: who(id) }),
      },
      sink,
    );
  }
  defineCommand(
    contacts,
    {
      name: 'name',
      about: 'give a contact a name of your own; an empty one takes it away',
      args: [WHO, { name: 'name', about: 'the name' }],
      flags: shared,
      examples: [
        'contacts name --profile ./alice 05… "Bob from work"',
        'contacts name --profile ./alice Bob ""',
      ],
      make: (read, [id, name = '']) => ({
        command: 'contacts name',
        ...onProfile(read),
        who: who(id),
        name: name === '' ? '' : readNamed('<name>', readName, name),
      }),
    },
    sink,
  );
  defineCommand(
    contacts,
    {
      name: 'road',
      about: 'choose the road of a chat',
      args: [WHO, { name: 'road', about: 'auto, relay or onion' }],
      flags: shared,
      examples: ['contacts road --profile ./alice Bob onion', 'contacts road --profile ./alice Bob auto'],
      make: (read, [id, road = '']) => ({
        command: 'contacts road',
        ...onProfile(read),
        who: who(id),
        road: readNamed('<road>', flags.readRoad, road),
      }),
    },
    sink,
  );
}
