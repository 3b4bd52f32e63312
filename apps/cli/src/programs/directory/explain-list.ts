import { DirectoryError, type ListRule, MAX_NODES } from '@sotto/directory';
import { CliError } from '../../cli-error.ts';

const HINTS: Readonly<Partial<Record<ListRule, string>>> = {
  threshold: 'give a --threshold between 1 and the number of signers',
  signers: 'give each signer once, at most 16',
  'node-twice': 'take the other node off first: `sotto directory remove`',
  'too-many-nodes': `a list has at most ${MAX_NODES} nodes`,
  'not-loopback': 'begin a list of its own for nodes on the internet, without --subnets ignore',
  'not-public':
    'nodes on this machine go in a list that was begun with --subnets ignore; others need an address that everybody can dial',
};

/** Do something with a list and put what is wrong with it into words. */
export function explainList<Value>(act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    const { rule } = error.facts;
    throw new CliError('bad-directory', error.message, rule === undefined ? undefined : HINTS[rule]);
  }
}
