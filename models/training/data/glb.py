"""Reads rigged GLB files (glTF 2.0, uncompressed accessors) with numpy alone.

Only what skeleton motion needs: the joint tree, skinned vertices with their dominant joint, and clips sampled to
joint matrices. Source of the format: Khronos glTF 2.0 specification.
"""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

_TYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTH = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass
class Clip:
    """One named animation: per node and path ("rotation", ...) key times in seconds and values."""

    name: str
    seconds: float
    channels: dict = field(default_factory=dict)


@dataclass
class Rig:
    """Joint tree of one model. `rest` holds each node's (translation, rotation xyzw, scale)."""

    name: str
    names: list
    parents: np.ndarray
    order: list
    rest: list
    clips: dict
    joints: list
    inverse_bind: np.ndarray
    vertices: np.ndarray
    dominant: np.ndarray

    def index(self, name):
        """Node number of the joint called `name`, or None."""
        return self.names.index(name) if name in self.names else None

    def world(self, clip=None, time=0.0):
        """[nodes, 4, 4] world matrices at `time` seconds of `clip` (looped), or at rest."""
        local = []
        channels = self.clips[clip].channels if clip else {}
        for node, (t, r, s) in enumerate(self.rest):
            own = channels.get(node, {})
            t = _sample(own.get("translation"), time, t)
            r = _sample(own.get("rotation"), time, r)
            s = _sample(own.get("scale"), time, s)
            local.append(compose(t, r, s))
        world = [None] * len(local)
        for node in self.order:
            parent = self.parents[node]
            world[node] = local[node] if parent < 0 else world[parent] @ local[node]
        return np.stack(world)


def compose(t, q, s):
    """4x4 matrix of translation t, quaternion q (x, y, z, w) and scale s."""
    x, y, z, w = q / max(1e-9, np.linalg.norm(q))
    m = np.eye(4)
    m[:3, :3] = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    ) * np.asarray(s)
    m[:3, 3] = t
    return m


def _sample(track, time, default):
    if track is None:
        return default
    times, values = track
    if len(times) == 1 or time <= times[0]:
        return values[0]
    if time >= times[-1]:
        return values[-1]
    i = int(np.searchsorted(times, time, side="right")) - 1
    f = (time - times[i]) / max(1e-9, times[i + 1] - times[i])
    a, b = values[i], values[i + 1]
    if a.shape[0] == 4 and np.dot(a, b) < 0:
        b = -b
    return a * (1 - f) + b * f


def load(path):
    """Reads one .glb file into a Rig. Raises ValueError where it is not glTF 2.0 or has no skin."""
    raw = Path(path).read_bytes()
    magic, version, _ = struct.unpack_from("<4sII", raw, 0)
    if magic != b"glTF" or version != 2:
        raise ValueError(f"{path}: not a binary glTF 2.0 file")
    size = struct.unpack_from("<I", raw, 12)[0]
    doc = json.loads(raw[20 : 20 + size])
    blob = raw[20 + size + 8 :]
    if not doc.get("skins"):
        raise ValueError(f"{path}: has no skin")

    def accessor(i):
        a = doc["accessors"][i]
        view = doc["bufferViews"][a["bufferView"]]
        dtype, width = np.dtype(_TYPES[a["componentType"]]), _WIDTH[a["type"]]
        start = view.get("byteOffset", 0) + a.get("byteOffset", 0)
        stride = view.get("byteStride", dtype.itemsize * width)
        rows = np.lib.stride_tricks.as_strided(
            np.frombuffer(blob, np.uint8, offset=start)[: stride * (a["count"] - 1) + dtype.itemsize * width],
            (a["count"], dtype.itemsize * width),
            (stride, 1),
        )
        out = np.ascontiguousarray(rows).view(dtype)
        if a.get("normalized"):
            out = out.astype(np.float64) / np.iinfo(dtype).max
        return out.astype(np.float64) if dtype.kind == "f" else out

    nodes = doc["nodes"]
    parents = np.full(len(nodes), -1)
    for i, node in enumerate(nodes):
        parents[node.get("children", [])] = i
    order = [i for i in range(len(nodes)) if parents[i] < 0]
    for i in order:
        order.extend(nodes[i].get("children", []))
    rest = [
        (
            np.array(n.get("translation", [0, 0, 0]), float),
            np.array(n.get("rotation", [0, 0, 0, 1]), float),
            np.array(n.get("scale", [1, 1, 1]), float),
        )
        for n in nodes
    ]
    clips = {}
    for animation in doc.get("animations", []):
        clip = Clip(animation["name"].split("|")[-1], 0.0)
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            times, values = accessor(sampler["input"])[:, 0], accessor(sampler["output"])
            if sampler.get("interpolation") == "CUBICSPLINE":
                values = values[1::3]
            target = channel["target"]
            clip.channels.setdefault(target["node"], {})[target["path"]] = (times, values)
            clip.seconds = max(clip.seconds, float(times[-1]))
        clips[clip.name] = clip
    skin = doc["skins"][0]
    vertices, dominant = [], []
    for node in nodes:
        if "mesh" not in node or "skin" not in node:
            continue
        for primitive in doc["meshes"][node["mesh"]]["primitives"]:
            at = primitive["attributes"]
            joint, weight = accessor(at["JOINTS_0"]), accessor(at["WEIGHTS_0"])
            best = weight.argmax(1)
            vertices.append(accessor(at["POSITION"]))
            dominant.append(joint[np.arange(len(joint)), best].astype(int))
    return Rig(
        name=Path(path).stem,
        names=[n.get("name", str(i)) for i, n in enumerate(nodes)],
        parents=parents,
        order=order,
        rest=rest,
        clips=clips,
        joints=skin["joints"],
        inverse_bind=accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1),
        vertices=np.concatenate(vertices),
        dominant=np.concatenate(dominant),
    )
