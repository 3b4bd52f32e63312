import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Our own packages name their source under the condition `source`. So do some of others, which do not ship
 * it: for those, what they do ship, as aliases for the resolver.
 * @param {string} base
 * @param {readonly { dir: string }[]} packages
 * @returns {Record<string, string>}
 */
export function unshippedSources(base, packages) {
  const names = new Set(packages.flatMap(({ dir }) => Object.keys(dependenciesIn(join(base, dir)))));
  /** @type {Record<string, string>} */
  const aliases = {};
  for (const name of names) {
    const folder = join(base, 'node_modules', name);
    const entry = manifestIn(folder)?.exports?.['.'];
    if (entry?.source === undefined || existsSync(join(folder, entry.source))) continue;
    const shipped = entry.import ?? entry.default;
    if (typeof shipped === 'string') aliases[`${name}$`] = join(folder, shipped);
  }
  return aliases;
}

function dependenciesIn(folder) {
  return manifestIn(folder)?.dependencies ?? {};
}

function manifestIn(folder) {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
