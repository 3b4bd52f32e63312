import type { Material } from './bytes.ts';
import { fromText, mutateText, toText } from './text.ts';

/** A command line, one word a line: words gone, twice, swapped, glued, others' words, changed ones. */
export function mutateWords(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, other, words, longest } = material;
  const line = toText(bytes).split('\n');
  const at = random.below(line.length);
  const word = line[at] ?? '';
  const changed = fromText(change().join('\n'));
  return changed.length > longest ? changed.subarray(0, longest) : changed;

  function change(): readonly string[] {
    switch (random.below(9)) {
      case 0:
        return line.toSpliced(at, 1);
      case 1:
        return line.toSpliced(random.below(line.length + 1), 0, word);
      case 2:
        return line.toSpliced(at, 2, word + (random.oneIn(2) ? '=' : ' ') + (line[at + 1] ?? ''));
      case 3:
        return line.with(at, `${random.pick(['-', '--', '--no-', '---', ''])}${word.replace(/^-+/, '')}`);
      case 4:
        return [...line.slice(0, at), ...toText(other).split('\n').slice(random.below(4))];
      case 5:
        return line.toSpliced(at, 0, words.length > 0 ? toText(random.pick(words)) : '--');
      case 6:
        return line.toReversed();
      default:
        return line.with(at, toText(mutateText(fromText(word), material)).replaceAll('\n', ' '));
    }
  }
}
