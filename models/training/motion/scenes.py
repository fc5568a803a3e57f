"""Rigs as tests: a rendered frame of a clip, its exact flow, and the skeleton that is true and that the network finds.

A test is what the product is given (a picture, a silhouette, an action) with the answer beside it. People's skeletons come
from MoveNet in the product, which is not asked here: theirs are the rig's own.
"""

from dataclasses import asdict, dataclass

import numpy as np

from ..anatomy import product
from ..anatomy.score import inner_point
from ..data import glb, records, rigs
from ..data.render import scene
from .bones import Geometry, from_record
from .latent import KEYS

SIZE = 192
BACKDROP = 118
PIXELS = 1500
# Cameras, radians from the front: animals are mostly seen from the side, the others from the front.
VIEWS = {"animal": (1.35, -0.75), "bird": (0.35, -0.8), "person": (0.25, -0.6)}


@dataclass
class Test:
    """`flow` [16, P, 2] pixels and `part` [P] (render.PARTS) at the pixel centres `xy` [P, 2]; `size` in pixels.

    `pose` [16, 29, 4] is the clip fitted to the true skeleton `true`; `found` is the predicted one.
    """

    rig: str
    action: str
    direction: str | None
    mask: np.ndarray
    xy: np.ndarray
    flow: np.ndarray
    part: np.ndarray
    size: float
    true: Geometry
    pose: np.ndarray
    found: Geometry


def tests_of(path, network, rng):
    """All scenes of one GLB file; an empty list for rigs without head, torso and limbs.

    `network`: product.Network, or None to take the rig's own skeleton for the predicted one.
    """
    rig = glb.load(path)
    views = [(track, yaw) for track in rigs.tracks_of(path) for yaw in VIEWS[track.kind]]
    return [_test(rig, track, yaw + rng.normal(0, 0.2), abs(rng.normal(0, 0.12)), network, rng) for track, yaw in views]


def _test(rig, track, yaw, pitch, network, rng):
    phases = rigs.phases_of(track.action, rng, KEYS)
    seconds = rig.clips[track.clip].seconds
    worlds = np.stack([rig.world(track.clip, p % 1 * seconds) for p in phases[:-1]])
    drawn = scene(rig, worlds, rigs.camera(yaw, pitch), SIZE)
    ys, xs = np.nonzero(drawn.mask)
    box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], float)
    middle, size = (box[:2] + box[2:]) / 2, float((box[2:] - box[:2]).max())

    own, pose, direction = records.read_from(track, yaw, pitch, phases, rng.random(4) < 0.5)
    centre, unit = own.frame
    grow = unit * drawn.scale / size
    true = own.moved(grow, (centre * drawn.scale + drawn.shift - middle) / size)
    pose[:, 0, :2] *= grow
    image = np.where(drawn.mask[..., None], drawn.image, BACKDROP).astype(np.uint8)
    found = true if track.kind == "person" or network is None else _found(network, image, drawn.mask, track, box)
    pick = np.sort(rng.choice(len(xs), min(PIXELS, len(xs)), replace=False))
    at = ys[pick], xs[pick]
    return Test(rig.name, track.action, direction, drawn.mask, np.stack([xs, ys], 1)[pick] + 0.5,
                drawn.flow[:, at[0], at[1]], drawn.part[at], size, true, pose, found)  # fmt: skip


def _found(network, image, mask, track, box):
    """The skeleton that the anatomy network sees, in units of the silhouette's box: the action is known, no word for the thing."""
    solid = mask.astype(np.uint8)
    skeleton = product.find(network, image, solid, inner_point(solid), 0, records.GROUP_OF[track.action])
    if not skeleton.head and not skeleton.torso:
        skeleton.torso = [box[:2].tolist(), box[2:].tolist()]
    return from_record(asdict(skeleton) | {"kind": track.kind}, box)
