"""python -m models.training.motion.train --data DIR --out DIR [--minutes 60] [--preset cpu|gpu] [--set key=value ...]

Trains the denoiser on records of models.training.data. Resumes exactly from OUT/last.pt (weights, EMA, optimiser, random
state); writes it every five minutes.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path

import numpy as np
import torch

from .batch import Source, unpack
from .bones import COUNT, displacements
from .config import TRAINING
from .model import Config, Denoiser
from .whitening import whitening


def loss_of(model, batch, generator, points):
    """Rectified flow: velocity error in the whitened latent, plus the point error of the implied clip through FK."""
    x1 = batch["latent"]
    b, device = len(x1), x1.device
    used = batch["flags"][..., 0]
    x0 = torch.randn(x1.shape, generator=generator).to(device) * used[:, :, None, None]
    t = torch.sigmoid(torch.randn(b, generator=generator)).to(device)
    xt = x0 + (x1 - x0) * t[:, None, None, None]
    v = model(xt, t, batch["slot"], batch["geometry"], batch["flags"], batch["globals"], batch["magnitude"], batch["pieces"])
    error = ((v - (x1 - x0)) ** 2).mean((2, 3))
    loss = (error * used).sum() / used.sum()
    if points:
        guess = xt + (1 - t)[:, None, None, None] * v
        rows = slice(0, points)
        rest = batch["geometry"][rows]
        slots = batch["slot"][rows][..., None]
        full = lambda f: f.new_zeros(len(rest), COUNT, f.shape[-1]).scatter_add_(1, slots.expand_as(f), f)  # noqa: E731
        start, end, half = (full(rest[..., i:j]) for i, j in ((0, 2), (2, 4), (5, 7)))
        visible = full(used[rows][..., None])[..., 0] > 0
        poses = [unpack(x[rows], batch["slot"][rows], used[rows], batch["spread"][rows]).clamp(-1.6, 1.6) for x in (guess, x1)]
        a, c = (displacements(p[:, ::2], start, end, half, visible) for p in poses)
        far = ((a - c) ** 2).sum(-1).mean((1, 3)) * visible
        scale = (c**2).sum(-1).mean((1, 3)).mul(visible).sum(1, keepdim=True) + 1e-3
        loss = loss + 0.1 * (t[rows, None] * far / scale).sum(1).clamp(max=4).mean()
    return loss


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="models.training.motion.train")
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--begin", help="checkpoint whose averaged weights a new run starts from")
    parser.add_argument("--slim", help="also write a checkpoint of half the precision there: small enough to be committed")
    parser.add_argument("--preset", choices=list(TRAINING), default="cpu")
    parser.add_argument("--set", nargs="*", default=[], help="overrides of model.Config and config.TRAINING, key=value")
    args = parser.parse_args(arguments)
    settings, model_config = dict(TRAINING[args.preset]), {}
    for item in args.set:
        key, value = item.split("=")
        (settings if key in settings else model_config)[key] = json.loads(value)
    torch.set_num_threads(settings["threads"])
    device = settings["device"]
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    data = np.load(Path(args.data) / "train.npz")
    last = out / "last.pt"
    saved = torch.load(last, weights_only=False, map_location=device) if last.exists() else None
    spread = saved["spread"] if saved else whitening(data["pose"], data["visible"], data["action"], data["kind"])
    source = Source(Path(args.data) / "train.npz", spread)
    model = Denoiser(Config(**model_config)).to(device)
    ema = Denoiser(Config(**model_config)).to(device)
    if args.begin and not saved:
        model.load_state_dict(torch.load(args.begin, weights_only=False, map_location=device)["ema"])
    ema.load_state_dict(model.state_dict())
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings["rate"], betas=(0.9, 0.98), weight_decay=0.01)
    rng, generator, step, spent = np.random.default_rng(0), torch.Generator().manual_seed(0), 0, 0.0
    if saved:
        model.load_state_dict(saved["model"])
        ema.load_state_dict(saved["ema"])
        optimiser.load_state_dict(saved["optimiser"])
        rng.bit_generator.state, step, spent = saved["rng"], saved["step"], saved["spent"]
        generator.set_state(saved["generator"].cpu())

    def save():
        state = dict(model=model.state_dict(), ema=ema.state_dict(), optimiser=optimiser.state_dict(), step=step, spent=spent,
                     rng=rng.bit_generator.state, generator=generator.get_state(), spread=spread,
                     config=dataclasses.asdict(model.config), settings=settings)  # fmt: skip
        torch.save(state, last.with_suffix(".tmp"))
        last.with_suffix(".tmp").rename(last)
        return state

    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {source.count} records", flush=True)
    begin, written, mean = time.time() - spent, time.time(), None
    while spent < args.minutes * 60 and step < args.steps:
        done = max(spent / (args.minutes * 60), step / args.steps)
        rate = settings["rate"] * min(1.0, (step + 1) / 200) * (0.02 + 0.98 * (1 - done) ** 0.7)
        for group in optimiser.param_groups:
            group["lr"] = rate
        batch = source.deal(settings["batch"], rng, model.config.evidence_ratio)
        batch = {key: value.to(device) for key, value in batch.items()}
        loss = loss_of(model, batch, generator, settings["points"])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(settings["decay"], (step + 1) / (step + 20))
        with torch.no_grad():
            for slow, fast in zip(ema.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step, spent = step + 1, time.time() - begin
        mean = loss.item() if mean is None else mean * 0.99 + loss.item() * 0.01
        if step % 50 == 0:
            print(f"step {step} loss {mean:.4f} rate {rate:.1e} {spent / 60:.1f} min", flush=True)
        if time.time() - written > 300:
            save()
            written = time.time()
    state = save()
    if args.slim:
        torch.save(slimmed(state), args.slim)


def slimmed(value):
    """Tensors in bfloat16, which has the range that Adam's second moments need; loading casts them back."""
    if isinstance(value, dict):
        return {key: slimmed(v) for key, v in value.items()}
    if isinstance(value, list):
        return [slimmed(v) for v in value]
    return value.bfloat16() if torch.is_tensor(value) and value.is_floating_point() and value.numel() > 1 else value


if __name__ == "__main__":
    main()
