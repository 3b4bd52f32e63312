import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from '../setup/root.mjs';
import { walk } from './source-files.mjs';

/** Relative links in all documents lead to files and headings that exist, and `npm run x` names a script. */
export async function checkDocuments() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const documents = walk('.').filter((file) => file.endsWith('.md'));
  const problems = documents.flatMap((file) => {
    const text = withoutFences(readFileSync(join(root, file), 'utf8'));
    const commands = [...readFileSync(join(root, file), 'utf8').matchAll(/npm run ([\w:-]+)/g)]
      .filter(([, name]) => !scripts[name])
      .map(([command]) => `${file}: ${command} is not a script of package.json`);
    const links = [
      ...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
      ...text.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm),
    ]
      .map(([, target]) => target)
      .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .flatMap((target) => brokenLink(file, target));
    return [...links, ...commands];
  });
  if (documents.length === 0) problems.push('no document was found');
  return { problems, note: `${documents.length} documents` };
}

function brokenLink(file, target) {
  const [path, heading] = target.split('#');
  const wanted =
    path === '' ? file : normalize(join(path.startsWith('/') ? '.' : dirname(file), decodeURI(path)));
  if (!existsSync(join(root, wanted))) return [`${file}: ${target} does not exist`];
  if (!heading || !wanted.endsWith('.md')) return [];
  return headingsOf(wanted).has(heading) ? [] : [`${file}: ${target} names no heading of ${wanted}`];
}

/** The anchors that a Markdown page gets from its headings: lower case, no punctuation, dashes for spaces. */
function headingsOf(file) {
  const lines = withoutFences(readFileSync(join(root, file), 'utf8')).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  return new Set(
    [...lines].map(([, title]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutFences(text) {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
}
