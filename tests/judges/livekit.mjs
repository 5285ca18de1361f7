// Verifies keys with LiveKit's server SDK for Node and prints what it read back.
//
// Standard input: one JSON object per line, {"token", "key", "secret"}.
// Standard output: one JSON object per line, in the same order: all claims, or {"error"}.
// The packages are looked up in $JUDGES_NODE, which `cargo xtask` sets.

import { createInterface } from 'node:readline';
import { load } from './packages.mjs';

const { TokenVerifier } = await load('livekit-server-sdk');

/** Claims may hold 64-bit integers, which JSON.stringify refuses. */
const plain = (_, value) => (typeof value === 'bigint' ? Number(value) : value);

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  let answer;
  try {
    const { token, key, secret } = JSON.parse(line);
    // No leeway: a key is refused from the second on in which it expires.
    answer = await new TokenVerifier(key, secret).verify(token, 0);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(answer, plain));
}
