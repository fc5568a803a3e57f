"""A four-legged stick figure as a GLB file, built in the test: no data outside the repository is needed."""

import json
import struct

import numpy as np

JOINTS = {
    "Body": (None, (0, 0, 0)),
    "Back": ("Body", (0, 2, -0.7)),
    "Torso3": ("Back", (0, 2, 0.8)),
    "Neck1": ("Torso3", (0, 2.05, 1.0)),
    "Neck3": ("Neck1", (0, 2.3, 1.3)),
    "Head": ("Neck3", (0, 2.5, 1.6)),
    "Tail1": ("Back", (0, 1.9, -0.9)),
    "Tail2": ("Tail1", (0, 1.6, -1.3)),
    "Tail3": ("Tail2", (0, 1.4, -1.7)),
}
for side, x in (("L", 0.3), ("R", -0.3)):
    JOINTS |= {
        f"FrontUpperLeg.{side}": ("Torso3", (x, 1.5, 0.9)),
        f"FrontLowerLeg.{side}": (f"FrontUpperLeg.{side}", (x, 0.9, 0.85)),
        f"FF.{side}": (f"FrontLowerLeg.{side}", (x, 0.1, 0.95)),
        f"BackLeg.{side}": ("Back", (x, 1.6, -0.6)),
        f"BackUpperLeg.{side}": (f"BackLeg.{side}", (x, 1.0, -0.5)),
        f"FFB.{side}": (f"BackUpperLeg.{side}", (x, 0.1, -0.7)),
    }


def body(names, place):
    """A box round every bone, moved by the bone's upper joint, and a larger one for the head: corners, owners, triangles."""
    corners, owner, faces = [], [], []
    box = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    sides = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4),
             (1, 5, 7), (1, 7, 3)]  # fmt: skip

    def put(joint, low, high):
        faces.extend(np.array(sides) + len(corners))
        corners.extend((low + high) / 2 + box * (high - low) / 2)
        owner.extend([joint] * 8)

    for i, name in enumerate(names):
        parent = JOINTS[name][0]
        if parent and parent != "Body":
            a, b = place[names.index(parent)], place[i]
            wide = 0.28 if name in ("Torso3", "Back", "Neck1") else 0.1
            put(names.index(parent), np.minimum(a, b) - wide, np.maximum(a, b) + wide)
    head = place[names.index("Head")]
    put(names.index("Head"), head - [0.25, 0.25, 0.1], head + [0.25, 0.3, 0.55])
    return np.array(corners), np.array(owner), np.array(faces)


def write(path, seconds=1.0, degrees=25.0):
    """Writes the rig with one clip, Walk: legs swing in pairs, the head nods a little."""
    names = list(JOINTS)
    place = np.array([JOINTS[n][1] for n in names], float)
    blob, views, accessors = bytearray(), [], []

    def add(array, kind, component):
        raw = np.ascontiguousarray(array).tobytes()
        views.append({"buffer": 0, "byteOffset": len(blob), "byteLength": len(raw)})
        accessors.append({"bufferView": len(views) - 1, "componentType": component, "count": len(array), "type": kind})
        blob.extend(raw + b"\0" * (-len(raw) % 4))
        return len(accessors) - 1

    nodes = []
    for i, name in enumerate(names):
        parent = JOINTS[name][0]
        origin = place[names.index(parent)] if parent else np.zeros(3)
        children = [j for j, n in enumerate(names) if JOINTS[n][0] == name]
        nodes.append({"name": name, "translation": (place[i] - origin).tolist(), **({"children": children} if children else {})})
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(names), 1, 1))
    inverse[:, 3, :3] = -place
    corners, owner, faces = body(names, place)
    joints = np.zeros((len(corners), 4), np.uint8)
    joints[:, 0] = owner
    weights = np.tile(np.array([1, 0, 0, 0], np.float32), (len(corners), 1))
    attributes = {
        "POSITION": add(corners.astype(np.float32), "VEC3", 5126),
        "JOINTS_0": add(joints, "VEC4", 5121),
        "WEIGHTS_0": add(weights, "VEC4", 5126),
    }
    indices = add(faces.reshape(-1, 1).astype(np.uint32), "SCALAR", 5125)
    nodes.append({"name": "mesh", "mesh": 0, "skin": 0})
    skin = {"joints": list(range(len(names))), "inverseBindMatrices": add(inverse.reshape(-1, 16), "MAT4", 5126)}
    times = np.linspace(0, seconds, 13).astype(np.float32)
    clock = add(times, "SCALAR", 5126)
    channels, samplers = [], []
    legs = {"FrontUpperLeg.L": 0, "BackLeg.R": 0.2, "FrontUpperLeg.R": np.pi, "BackLeg.L": np.pi + 0.2, "Neck1": 0.5}
    for name, phase in legs.items():
        angle = np.radians(degrees if name != "Neck1" else 4) * np.sin(2 * np.pi * times / seconds + phase) / 2
        turn = np.stack([np.sin(angle), 0 * angle, 0 * angle, np.cos(angle)], 1).astype(np.float32)
        samplers.append({"input": clock, "output": add(turn, "VEC4", 5126), "interpolation": "LINEAR"})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": names.index(name), "path": "rotation"}})
    document = {
        "asset": {"version": "2.0"},
        "nodes": nodes,
        "meshes": [{"primitives": [{"attributes": attributes, "indices": indices}]}],
        "skins": [skin],
        "animations": [{"name": "Armature|Walk", "channels": channels, "samplers": samplers}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(blob)}],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + len(blob), len(text), 0x4E4F534A)
    path.write_bytes(head + text + struct.pack("<II", len(blob), 0x004E4942) + bytes(blob))
