// Calls an OpenTok-compatible server, and makes client tokens, with OpenTok's server SDK for Node.
//
// Standard input: one JSON object per line, with "key" and "secret", and
//   {"do": "createSession", "apiUrl", "options"?}                      answered {"sessionId"}
//   {"do": "forceDisconnect", "apiUrl", "sessionId", "connectionId"}   answered {}
//   {"do": "generateToken", "sessionId", "options"?, "t1"?}            answered {"token"}
// Standard output: one JSON object per line, in the same order; {"error", "kind"} where the SDK fails.
// The packages are looked up in $JUDGES_NODE, which `cargo xtask` sets.

import { answerLines } from './lines.mjs';
import { require } from './packages.mjs';

const OpenTok = require('opentok');

const calls = {
  async createSession(opentok, { options = {} }) {
    const { sessionId } = await called((callback) => opentok.createSession(options, callback));
    // The SDK reports success without an id where it cannot read the answer.
    if (sessionId === undefined) throw new Error('the SDK read no session id');
    return { sessionId };
  },
  async forceDisconnect(opentok, { sessionId, connectionId }) {
    await called((callback) => opentok.forceDisconnect(sessionId, connectionId, callback));
    return {};
  },
  async generateToken(opentok, { sessionId, options = {}, t1 = false }) {
    return { token: opentok.generateToken(sessionId, options, t1) };
  },
};

/** What `call` hands its callback. */
function called(call) {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

/** The name of the SDK's error class; its errors do not know it. */
function kind(error) {
  const names = Object.keys(OpenTok).filter((name) => name.endsWith('Error'));
  return names.find((name) => error instanceof OpenTok[name]) ?? error?.constructor?.name;
}

await answerLines(async (asked) => {
  const { key, secret, apiUrl } = asked;
  const opentok = apiUrl === undefined ? new OpenTok(key, secret) : new OpenTok(key, secret, apiUrl);
  return calls[asked.do](opentok, asked);
}, kind);
