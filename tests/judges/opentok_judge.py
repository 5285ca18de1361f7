"""Calls an OpenTok-compatible server, and makes client tokens, with OpenTok's server SDK for Python.

Standard input: one JSON object per line, with "key" and "secret", and
  {"do": "createSession", "apiUrl", "options"?}                      answered {"sessionId"}
  {"do": "forceDisconnect", "apiUrl", "sessionId", "connectionId"}   answered {}
  {"do": "generateToken", "sessionId", "options"?, "t1"?}            answered {"token"}
Options are named as the SDK names them (snake_case); modes and roles are the values of its enumerations.
Standard output: one JSON object per line, in the same order; {"error", "kind"} where the SDK fails.
"""

import json
import sys

from opentok import ArchiveModes, Client, MediaModes, Roles

# Longer than a desk may take, shorter than the tests wait for a judge, in seconds.
LIMIT = 20

# Options whose values are enumerations of the SDK.
ENUMERATIONS = {"media_mode": MediaModes, "archive_mode": ArchiveModes, "role": Roles}


def client(asked: dict) -> Client:
    url = {"api_url": asked["apiUrl"]} if "apiUrl" in asked else {}
    return Client(asked["key"], asked["secret"], timeout=LIMIT, **url)


def options(asked: dict) -> dict:
    given = asked.get("options", {})
    return {name: ENUMERATIONS.get(name, lambda same: same)(value) for name, value in given.items()}


def create_session(asked: dict) -> dict:
    return {"sessionId": client(asked).create_session(**options(asked)).session_id}


def force_disconnect(asked: dict) -> dict:
    client(asked).force_disconnect(asked["sessionId"], asked["connectionId"])
    return {}


def generate_token(asked: dict) -> dict:
    given = options(asked) | {"use_jwt": not asked.get("t1", False)}
    token = client(asked).generate_token(asked["sessionId"], **given)
    return {"token": token.decode() if isinstance(token, bytes) else token}


CALLS = {
    "createSession": create_session,
    "forceDisconnect": force_disconnect,
    "generateToken": generate_token,
}


def judge(line: str) -> dict:
    try:
        asked = json.loads(line)
        return CALLS[asked["do"]](asked)
    except Exception as error:  # Whatever the SDK raises is its verdict.
        return {"error": str(error), "kind": type(error).__name__}


for line in sys.stdin:
    if line.strip():
        print(json.dumps(judge(line)), flush=True)
