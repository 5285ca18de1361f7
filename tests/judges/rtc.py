"""Joins a room with LiveKit's real-time client, as a participant would.

Argument: the server's URL (ws://…). Standard input: the key.
Standard output: {"connected": true, "identity", "room", "kind", "metadata"} or {"connected": false, "error"}.
The exit status is 0 either way: a refusal is an answer.
"""

import asyncio
import json
import os
import pathlib
import sys

# A neighbour of this file is called like the package; the folder must not be searched first.
sys.path = [path for path in sys.path if pathlib.Path(path).resolve() != pathlib.Path(__file__).resolve().parent]

from livekit import rtc

TIMEOUT_SECONDS = 10


async def join(url: str, token: str) -> dict:
    """Connects, reads back who the server says we are, and leaves."""
    room = rtc.Room()
    try:
        await asyncio.wait_for(room.connect(url, token), TIMEOUT_SECONDS)
    except asyncio.TimeoutError:
        return {"connected": False, "error": f"no answer within {TIMEOUT_SECONDS} s"}
    except Exception as error:  # Whatever the SDK raises is its verdict.
        return {"connected": False, "error": f"{type(error).__name__}: {error}"}
    me = room.local_participant
    answer = {
        "connected": True,
        "identity": me.identity,
        "room": room.name,
        "kind": me.kind,
        "metadata": me.metadata,
    }
    await asyncio.wait_for(room.disconnect(), TIMEOUT_SECONDS)
    return answer


def main() -> None:
    """Prints one answer; leaves at once, as the SDK's own threads may outlive the connection."""
    answer = asyncio.run(join(sys.argv[1], sys.stdin.read().strip()))
    print(json.dumps(answer), flush=True)
    os._exit(0)


main()
