// Reads and makes Agora's tokens with Agora's own package.
//
// Standard input: one JSON object per line,
//   {"do": "read", "token", "certificate"}                answered {"appId", "issueTs", "expire", "salt", "verified", "services"}
//   {"do": "make", "with", "appId", "certificate", "arguments"}   answered {"token"}
// "with" names a builder, such as "RtcTokenBuilder.buildTokenWithUid"; the arguments follow application and certificate.
// A service is {"type", "privileges"} and what its type has: "channel", "uid", "account", "userId", "roomUuid", "userUuid",
// "role", "permissions".
// Standard output: one JSON object per line, in the same order; {"error", "kind"} where the package refuses.
// The packages are looked up in $JUDGES_NODE, which `cargo xtask` sets.

import { answerLines } from './lines.mjs';
import { require } from './packages.mjs';

const builders = require('agora-token');
const tokens = require('agora-token/src/AccessToken2');

/** Strings that were unpacked are buffers. */
const text = (value) => value.toString();

/** What each type of service has beside its privileges. */
const FIELDS = {
  [tokens.kRtcServiceType]: (it) => ({ channel: text(it.__channel_name), uid: text(it.__uid) }),
  [tokens.kRtmServiceType]: (it) => ({ userId: text(it.__user_id) }),
  [tokens.kStreamingServiceType]: (it) => ({ channel: text(it.__channel_name), account: text(it.__account) }),
  [tokens.kChatServiceType]: (it) => ({ userId: text(it.__user_id) }),
  [tokens.kFCdnServiceType]: (it) => ({ channel: text(it.__channel_name), account: text(it.__account) }),
  [tokens.kApaasServiceType]: (it) => ({
    roomUuid: text(it.__room_uuid),
    userUuid: text(it.__user_uuid),
    role: it.__role,
  }),
  [tokens.kRtm2ServiceType]: (it) => ({ userId: text(it.__user_id), permissions: it.__permissions.details }),
};

function service(it) {
  const fields = FIELDS[it.service_type()] ?? (() => ({}));
  return { type: it.service_type(), privileges: it.__privileges, ...fields(it) };
}

const calls = {
  read({ token, certificate }) {
    const read = new tokens.AccessToken2('', '', 0, 0);
    if (!read.from_string(token)) throw new Error('this is no token');
    const { issueTs, expire, salt } = read;
    const verified = read.verifySignature(certificate);
    return { appId: text(read.appId), issueTs, expire, salt, verified, services: read.services.map(service) };
  },
  make({ with: name, appId, certificate, arguments: rest }) {
    const [builder, method] = name.split('.');
    const token = builders[builder][method](appId, certificate, ...rest);
    if (token === '') throw new Error('the package made no token');
    return { token };
  },
};

await answerLines(async (asked) => calls[asked.do](asked));
