"""Verifies keys with LiveKit's server SDK for Python and prints what it read back.

Standard input: one JSON object per line, {"token", "key", "secret"}.
Standard output: one JSON object per line, in the same order: the claims as the SDK knows them, or {"error"}.
Names are the SDK's own (snake_case); absent grants are null.
"""

import dataclasses
import datetime
import json
import pathlib
import sys

# This file is called like the package; its folder must not be searched first.
sys.path = [path for path in sys.path if pathlib.Path(path).resolve() != pathlib.Path(__file__).resolve().parent]

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from livekit import api


def plain(value):
    """Turns what json cannot write, such as a room configuration, into plain values."""
    if isinstance(value, Message):
        return MessageToDict(value)
    return str(value)


def judge(line: str) -> dict:
    """Verifies the key of one line; no leeway, so a key is refused as soon as it expires."""
    try:
        asked = json.loads(line)
        verifier = api.TokenVerifier(asked["key"], asked["secret"], leeway=datetime.timedelta(0))
        return fields(verifier.verify(asked["token"]))
    except Exception as error:  # Whatever the SDK raises is its verdict.
        return {"error": f"{type(error).__name__}: {error}"}


def fields(value):
    """All fields of the claims; not `asdict`, which would copy protobuf messages."""
    if dataclasses.is_dataclass(value):
        return {field.name: fields(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


for line in sys.stdin:
    if line.strip():
        print(json.dumps(judge(line), default=plain), flush=True)
