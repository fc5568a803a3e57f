"""A picture of one record of a clip, to be looked at: what moves in the first frame, the motion mask over the middle one,
the last frame, and the dense flow at its farthest."""

import cv2
import numpy as np

HEIGHT = 180


def colours(flow):
    """Flow [h, w, 2] -> BGR [h, w, 3] uint8: hue is the direction, brightness the length over the longest."""
    length = np.linalg.norm(flow, axis=-1)
    hue = (np.arctan2(flow[..., 1], flow[..., 0]) / np.pi + 1) * 90
    value = 255 * length / max(length.max(), 1e-6)
    hsv = np.stack([hue % 180, np.full_like(hue, 220), value], -1)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR)


def tinted(frame, mask):
    """Grey frame [h, w] with the mask in red, at the sheet's height."""
    image = cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
    image[mask] = image[mask] // 2 + np.array([0, 0, 127], np.uint8)
    return cv2.resize(image, (round(HEIGHT * frame.shape[1] / frame.shape[0]), HEIGHT))


def sheet(frames, motion, record):
    """BGR picture [212, w, 3] uint8 of a record."""
    flow = record["flow"]
    far = np.linalg.norm(flow, axis=-1).mean((1, 2)).argmax()
    dense = cv2.resize(colours(flow[far]), (HEIGHT, HEIGHT), interpolation=cv2.INTER_NEAREST)
    empty = np.zeros_like(motion.seen)
    shown = [tinted(frames[0], motion.region), tinted(frames[len(frames) // 2], motion.seen), tinted(frames[-1], empty), dense]
    row = np.hstack(shown)
    words = f"{record['rig']}: {record['prompt']}, {record['direction']}, {record['magnitude']:.3f}, rest {record['left']:.2f}"
    title = np.zeros((32, row.shape[1], 3), np.uint8)
    cv2.putText(title, words, (6, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
    return np.vstack([title, row])
