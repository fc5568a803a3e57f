"""What schemathesis cannot guess: files that are pictures, commands that can be carried out, and what may be refused."""

import json
import math
import os
import struct
import zlib
from pathlib import Path

import schemathesis
from hypothesis import strategies as st


def png(width: int, height: int) -> bytes:
    """Grey, 8 bits."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wav(seconds: float, rate: int = 8000) -> bytes:
    """A tone, 16 bits."""
    count = int(seconds * rate)
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(at / 6))) for at in range(count))
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


CAT = Path("examples/photos/chelsea.jpg").read_bytes()
FILES = [CAT, png(451, 300), png(64, 48), png(8, 8), CAT[:400], wav(0.3), wav(0.3)[:30], b""]
schemathesis.openapi.format("binary", st.sampled_from(FILES) | st.binary(max_size=200))

UPLOAD = os.environ["FUZZ_UPLOAD"]
COMMANDS = ["make the cat nod", "让猫摇头", "the cat turns its head slowly to the left", "make the elephant fly"]
WEBHOOK = {"url": "https://waggle.invalid/hook"}
#: What a short clip asks for, and what the schema allows.
SHORT = {"seconds": (1, 0.5, 8), "fps": (8, 1, 60), "size": (128, 64, 1920)}


@schemathesis.hook
def map_body(ctx, body):
    """
    Many jobs get a photo and a command that is understood, and are short, so that there are results to ask for. Only what
    is valid takes the place of what is valid: what was drawn to be refused stays so.
    """
    path = ctx.operation.path
    if path not in ("/v1/animations", "/v1/regions") or not isinstance(body, dict):
        return body
    command, image = body.get("command"), body.get("image")
    form = isinstance(image, bytes)
    upload = isinstance(image, dict) and list(image) == ["upload"] and isinstance(image["upload"], str)
    contradictory = {"audio", "mask", "clicks", "webhook"} & body.keys()
    if contradictory or not (form or upload) or not isinstance(command, str) or not 1 <= len(command) <= 500:
        return body
    good = body | {"image": CAT if form else {"upload": UPLOAD}, "command": COMMANDS[len(command) % len(COMMANDS)]}
    if path == "/v1/animations":
        good["webhook"] = json.dumps(WEBHOOK) if form else WEBHOOK
        for name, (short, least, most) in SHORT.items():
            if type(body.get(name, short)) in (int, float) and least <= body.get(name, short) <= most:
                good[name] = short
    return good


@schemathesis.check
def only_what_a_schema_cannot_say_is_refused(ctx, response, case):
    """A request that is as its schema asks may be refused for what is in its files, but not as `invalid_request`."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    problem = response.json()
    # In a form these two are JSON in a text.
    in_text = case.media_type == "multipart/form-data" and all(
        error["pointer"].startswith(("/clicks", "/webhook")) for error in problem.get("errors", [])
    )
    assert problem["code"] != "invalid_request" or in_text, response.text
