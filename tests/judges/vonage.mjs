// Calls a server that speaks Vonage Video, and makes its client tokens, with Vonage's server SDK for Node.
//
// Standard input: one JSON object per line, with "application", its private key as "privateKey", or else the "secret" with
// which project keys (HS256) are signed in its place, and
//   {"do": "createSession", "videoHost", "options"?}                      answered {"sessionId"}
//   {"do": "disconnectClient", "videoHost", "sessionId", "connectionId"}  answered {}
//   {"do": "generateClientToken", "sessionId", "options"?}                answered {"token"}
// Standard output: one JSON object per line, in the same order; {"error", "kind", "status"?} where the SDK fails.
// The packages are looked up in $JUDGES_NODE, which `cargo xtask` sets.

import { createHmac, randomUUID } from 'node:crypto';
import { answerLines } from './lines.mjs';
import { load } from './packages.mjs';

const { Auth } = await load('@vonage/auth');
const { Video } = await load('@vonage/video');

/** How long a project key lives, in seconds: the longest that OpenTok's servers accept. */
const LIFETIME = 300;

/** Milliseconds that the SDK waits for an answer. */
const TIMEOUT = 15_000;

/** A project key of OpenTok. */
function projectKey(key, secret) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: key, ist: 'project', iat: now, exp: now + LIFETIME, jti: randomUUID() };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** Who the SDK says it is. */
function auth({ application, privateKey, secret }) {
  const auth = new Auth({ applicationId: application, privateKey });
  if (secret !== undefined) {
    auth.createBearerHeader = async () => `Bearer ${projectKey(application, secret)}`;
  }
  return auth;
}

const calls = {
  async createSession(video, { options }) {
    const { sessionId } = await video.createSession(options);
    return { sessionId };
  },
  async disconnectClient(video, { sessionId, connectionId }) {
    await video.disconnectClient(sessionId, connectionId);
    return {};
  },
  async generateClientToken(video, { sessionId, options }) {
    return { token: video.generateClientToken(sessionId, options) };
  },
};

await answerLines(async (asked) => {
  const video = new Video(auth(asked), { videoHost: asked.videoHost, timeout: TIMEOUT });
  try {
    return await calls[asked.do](video, asked);
  } catch (error) {
    const { message, constructor, response } = error;
    return { error: message, kind: constructor.name, status: response?.status };
  }
});
