import { describeProblem } from '@sotto/client';
import type { Told } from './lie.ts';

/**
 * What comes of a lie. *Detected*: somebody is told of it, which its own test asserts. *Harmless*: nobody has to be, for
 * nothing false came of it and nothing was lost, doubled or disordered, which the runner asserts of every lie.
 */
export function verdictOf(told: Told): 'detected' | 'harmless' {
  return told.kind === 'nothing' ? 'harmless' : 'detected';
}

/** How a page says what the user is told. */
export function wordsOf(told: Told): string {
  switch (told.kind) {
    case 'nothing':
      return 'nothing: there is nothing to do';
    case 'problem':
      return `the message: “${describeProblem({ problem: told.code })?.words}”`;
    case 'warning':
      return `the chat: warning \`${told.code}\`; sending waits until it was looked at`;
    case 'refused':
      return `\`status\` and \`doctor\`: refused, \`${told.reason}\``;
    case 'gap':
      return 'the chat: a notice that a message is missing';
    case 'road':
      return '`status` and `doctor`: the road is not well';
    case 'outcome':
      return `the command: \`${told.outcome}\``;
  }
}
