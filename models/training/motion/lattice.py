"""The motion grid over a silhouette, and distances on it; the TypeScript twin is models/animate/grid.ts."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

NODES = 100
MARGIN = 0.12


@dataclass
class Lattice:
    """`corner` (x, y) and `step` in pixels; `inside` [R, C] bool; `depth` [R, C] pixels to the silhouette's edge, 0
    outside; `nearest` [R, C] flat index of the nearest inside node; `centre` (x, y) and `size` of the object's box."""

    corner: np.ndarray
    step: float
    inside: np.ndarray
    depth: np.ndarray
    nearest: np.ndarray
    centre: np.ndarray
    size: float

    def places(self):
        """[R, C, 2] node positions in object units."""
        rows, columns = self.inside.shape
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        return (self.corner + self.step * np.stack([x, y], -1) - self.centre) / self.size

    def sample(self, field, xy):
        """Bilinear values [T, P, n] of node fields [T, R, C, n] at pixels xy [P, 2]."""
        u = (np.asarray(xy, float) - self.corner) / self.step
        rows, columns = self.inside.shape
        low = np.floor(u).astype(int)
        low = np.clip(low, 0, [columns - 2, rows - 2])
        fx, fy = (u - low).clip(0, 1).T[..., None]
        x, y = low.T
        top = field[:, y, x] * (1 - fx) + field[:, y, x + 1] * fx
        return top * (1 - fy) + (field[:, y + 1, x] * (1 - fx) + field[:, y + 1, x + 1] * fx) * fy


def lattice_of(mask):
    """Lays the grid over a silhouette [H, W] (bool or coverage 0..1)."""
    solid = np.asarray(mask, float)
    ys, xs = np.nonzero(solid >= 0.5)
    x0, y0 = xs.min(), ys.min()
    wide, tall = xs.max() + 1 - x0, ys.max() + 1 - y0
    size = float(max(wide, tall))
    pad = size * MARGIN
    step = max(wide + 2 * pad, tall + 2 * pad) / (NODES - 1)
    columns, rows = (max(2, int(np.ceil((n + 2 * pad) / step)) + 1) for n in (wide, tall))
    corner = np.array([x0 - pad, y0 - pad])
    inside = _coverage(solid, corner, step, rows, columns) > 0.4
    depth = np.where(inside, geodesic(np.ones_like(inside), ~inside, step), 0)
    index = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    nearest = index[0] * columns + index[1]
    return Lattice(corner, step, inside, depth, nearest, np.array([x0 + wide / 2, y0 + tall / 2]), size)


def _coverage(solid, corner, step, rows, columns):
    """Mean of the mask over each node's cell; outside the picture there is nothing."""
    reach = max(0, int(step // 2))
    stride = max(1, reach // 2)
    offsets = np.arange(-reach, reach + 1, stride)
    x = np.floor(corner[0] + step * np.arange(columns) + 0.5).astype(int)[:, None] + offsets
    y = np.floor(corner[1] + step * np.arange(rows) + 0.5).astype(int)[:, None] + offsets
    height, width = solid.shape
    in_x, in_y = (x >= 0) & (x < width), (y >= 0) & (y < height)
    picked = solid[y.clip(0, height - 1)[:, None, :, None], x.clip(0, width - 1)[None, :, None, :]]
    return (picked * (in_y[:, None, :, None] & in_x[None, :, None, :])).mean((2, 3))


def geodesic(allowed, seeds, step):
    """Pixels from the nearest seed by paths of 8-neighbour steps over `allowed` nodes [R, C]; 1e9 where there is none."""
    rows, columns = allowed.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    starts, ends, costs = [], [], []
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = (slice(0, rows - dy), slice(max(0, -dx), columns - max(0, dx)))
        b = (slice(dy, rows), slice(max(0, dx), columns + min(0, dx)))
        both = allowed[a] & allowed[b]
        starts.append(index[a][both])
        ends.append(index[b][both])
        costs.append(np.full(both.sum(), step * np.hypot(dy, dx)))
    pairs = np.concatenate(starts), np.concatenate(ends)
    graph = sparse.coo_matrix((np.concatenate(costs), pairs), shape=(index.size, index.size)).tocsr()
    sources = index[seeds & allowed]
    if not len(sources):
        return np.full((rows, columns), 1e9)
    found = csgraph.dijkstra(graph, directed=False, indices=sources, min_only=True)
    return np.where(np.isfinite(found), found, 1e9).reshape(rows, columns)


def smooth_inside(field, inside, times, everywhere=False):
    """`times` passes of a 3-wide box blur along rows, then columns, of a node field [R, C]; only inside nodes count."""
    counts = np.ones_like(inside) if everywhere else inside
    for _ in range(times):
        for axis in (1, 0):
            total, number = field * 1.0, np.ones(field.shape)
            for shift in (1, -1):
                moved, seen = np.roll(field, shift, axis), np.roll(counts, shift, axis).astype(float)
                edge = [slice(None)] * 2
                edge[axis] = 0 if shift == 1 else -1
                seen[tuple(edge)] = 0
                total += moved * seen
                number += seen
            field = np.where(counts, total / number, field)
    return field
