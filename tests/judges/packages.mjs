// Loads a package from $JUDGES_NODE: Node does not look up ECMAScript modules through NODE_PATH.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Imports the ECMAScript module of `name`, the one that a bundler would take. */
export async function load(name) {
  const folder = join(process.env.JUDGES_NODE ?? '.', 'node_modules', name);
  const { import: entry } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports['.'];
  return import(pathToFileURL(join(folder, entry.default ?? entry)).href);
}
