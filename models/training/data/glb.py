"""Reads rigged GLB files (glTF 2.0, uncompressed accessors) with numpy alone.

Only what motion and plain renders need: the joint tree, the skinned mesh with its colours, and clips sampled to joint
matrices. Source of the format: Khronos glTF 2.0 specification.
"""

import io
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

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
    vertices: np.ndarray  # [V, 3] at bind
    skin_joints: np.ndarray  # [V, 4] indices into `joints`
    skin_weights: np.ndarray  # [V, 4], rows sum to 1
    triangles: np.ndarray  # [F, 3]
    colours: np.ndarray  # [V, 3] sRGB 0..1

    @property
    def dominant(self):
        """[V] the joint (index into `joints`) that moves each vertex most."""
        return np.take_along_axis(self.skin_joints, self.skin_weights.argmax(1)[:, None], 1)[:, 0]

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

    def posed(self, world):
        """[V, 3] vertices moved by linear blend skinning with the world matrices [nodes, 4, 4] of `world()`."""
        moves = (world[self.joints] @ self.inverse_bind)[:, :3]
        blended = (moves[self.skin_joints] * self.skin_weights[..., None, None]).sum(1)
        return (blended[:, :, :3] @ self.vertices[..., None])[..., 0] + blended[:, :, 3]


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
    if len(raw) < 20 or struct.unpack_from("<4sI", raw, 0) != (b"glTF", 2):
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
    colour_of = _Materials(doc, blob)
    rows = {key: [] for key in ("vertices", "joints", "weights", "triangles", "colours")}
    count = 0
    for node in nodes:
        if "mesh" not in node or "skin" not in node:
            continue
        for primitive in doc["meshes"][node["mesh"]]["primitives"]:
            at = primitive["attributes"]
            own = accessor(at["POSITION"])
            weight = accessor(at["WEIGHTS_0"]).astype(float)
            rows["vertices"].append(own)
            rows["joints"].append(accessor(at["JOINTS_0"]).astype(int))
            rows["weights"].append(weight / weight.sum(1, keepdims=True).clip(1e-9))
            corners = accessor(primitive["indices"])[:, 0] if "indices" in primitive else np.arange(len(own))
            rows["triangles"].append(corners[: len(corners) // 3 * 3].reshape(-1, 3).astype(int) + count)
            place = accessor(at["TEXCOORD_0"]) if "TEXCOORD_0" in at else None
            rows["colours"].append(np.broadcast_to(colour_of(primitive.get("material"), place), own.shape))
            count += len(own)
    if not count:
        raise ValueError(f"{path}: no mesh is bound to its skin")
    mesh = {key: np.concatenate(value) for key, value in rows.items()}
    return Rig(
        name=Path(path).stem,
        names=[n.get("name", str(i)) for i, n in enumerate(nodes)],
        parents=parents,
        order=order,
        rest=rest,
        clips=clips,
        joints=skin["joints"],
        inverse_bind=accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1),
        vertices=mesh["vertices"],
        skin_joints=mesh["joints"],
        skin_weights=mesh["weights"],
        triangles=mesh["triangles"],
        colours=mesh["colours"],
    )


class _Materials:
    """Base colours: the material's factor, or its texture read at the vertices; white where there is none."""

    def __init__(self, doc, blob):
        self.doc, self.blob, self.textures = doc, blob, {}

    def __call__(self, material, place):
        if material is None:
            return np.ones(3)
        surface = self.doc["materials"][material].get("pbrMetallicRoughness", {})
        linear = np.array(surface.get("baseColorFactor", [1, 1, 1, 1])[:3])
        colour = np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear.clip(1e-9) ** (1 / 2.4) - 0.055)
        texture = self._texture(surface["baseColorTexture"]["index"]) if "baseColorTexture" in surface else None
        if texture is None or place is None:
            return colour
        height, width = texture.shape[:2]
        x = (place[:, 0] % 1 * width).astype(int).clip(0, width - 1)
        y = (place[:, 1] % 1 * height).astype(int).clip(0, height - 1)
        return texture[y, x] * colour

    def _texture(self, index):
        """[H, W, 3] 0..1, or None for an image outside the file."""
        image = self.doc["images"][self.doc["textures"][index]["source"]]
        if "bufferView" not in image:
            return None
        if index not in self.textures:
            view = self.doc["bufferViews"][image["bufferView"]]
            start = view.get("byteOffset", 0)
            picture = Image.open(io.BytesIO(self.blob[start : start + view["byteLength"]])).convert("RGB")
            self.textures[index] = np.asarray(picture) / 255.0
        return self.textures[index]
