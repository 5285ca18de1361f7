// Loads packages from $JUDGES_NODE: Node does not look up ECMAScript modules through NODE_PATH.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = resolve(process.env.JUDGES_NODE ?? '.');

/** Imports the ECMAScript module of `name`, the one that a bundler would take. */
export async function load(name) {
  const place = join(folder, 'node_modules', name);
  const { import: entry } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')).exports['.'];
  return import(pathToFileURL(join(place, entry.default ?? entry)).href);
}

/** Requires a package that has no ECMAScript module, or a file of it. */
export const require = createRequire(join(folder, 'package.json'));
