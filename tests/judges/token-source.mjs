// Fetches connection details as a browser would, with LiveKit's client SDK.
//
// Arguments: URL BEARER ROOM. The bearer "-" is read from standard input, so that it is in no process list.
// Standard output: one JSON object, the connection details, or {"error"}.
// The packages are looked up in $JUDGES_NODE, which `cargo xtask` sets.

import { readFileSync } from 'node:fs';
import { load } from './packages.mjs';

const { TokenSource } = await load('livekit-client');

const [url, argument, roomName] = process.argv.slice(2);
const bearer = argument === '-' ? readFileSync(0, 'utf8').trim() : argument;

let answer;
try {
  const source = TokenSource.endpoint(url, { headers: { Authorization: `Bearer ${bearer}` } });
  answer = await source.fetch({ roomName });
} catch (error) {
  answer = { error: String(error?.message ?? error) };
}
console.log(JSON.stringify(answer));
process.exitCode = answer.error === undefined ? 0 : 1;
