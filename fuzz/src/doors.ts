import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What code does that turns bytes or text into something: here a door may be. */
const READS =
  /JSON\.parse\(|fromBinary\(|z\.(?:object|strictObject|union|discriminatedUnion|codec)\(|\.deserialize\(|parseJson\(|fromUtf8\(|fromHex\(|fromBase64(?:Url)?\(|decodeURIComponent\(|new URL\(|URLSearchParams\(|new DataView\(|Buffer\.from\([^)]*'(?:base64|hex)'|export (?:async )?function (?:decode|parse|unwrap|peel|unseal|split)[A-Z]/;

/** Source files in which bytes or text are read, relative to the tree, with `/`. */
export function listDoors(): readonly string[] {
  return ['packages', 'apps']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, 'src')))
    .flatMap(filesIn)
    .filter((file) => READS.test(readFileSync(join(root, file), 'utf8')))
    .sort();
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/\/(?:testing|generated)\/|\/testing\.ts$/.test(file));
}
