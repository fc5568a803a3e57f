"""Trains the anatomy network. Resumes from its last checkpoint; ctrl-C loses at most one minute.

    python -m models.training.anatomy.train --photos ../shared/photos --out RUN --minutes 40

Fine-tuning of the exported network with renders of rigs (renders.py; the second folder holds those of held-out rigs):

    python -m models.training.anatomy.train --out RUN --minutes 65 --from-onnx models/weights/anatomy.onnx \\
        --renders LEARN HELD_OUT
"""

import argparse
import copy
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .augment import sample
from .backbone import DETECTOR, load_pretrained
from .config import FINE, Config
from .data import Record, annotated, held_out, things
from .evaluate import measure
from .loss import losses
from .model import Anatomy
from .parts import GROUPS
from .renders import Renders
from .restore import from_onnx, sighted


def collate(rows: list[dict]) -> dict[str, torch.Tensor]:
    batch = {key: torch.from_numpy(np.stack([row[key] for row in rows])) for key in rows[0]}
    batch["image"] = batch["image"].float().contiguous(memory_format=torch.channels_last)
    batch["one_hot"] = torch.nn.functional.one_hot(batch["group"], len(GROUPS)).float()
    return batch


def optimizer_of(model: Anatomy, config: Config) -> torch.optim.Optimizer:
    """The pretrained layers learn more slowly than the new ones, those that join the eye (zero at first) faster."""
    scales = {"backbone.": config.backbone_rate, "join.": config.join_rate}
    groups: dict[float, list] = {}
    for name, p in model.named_parameters():
        if p.requires_grad:
            scale = next((s for prefix, s in scales.items() if name.startswith(prefix)), 1.0)
            groups.setdefault(scale, []).append(p)
    groups = [{"params": params, "scale": scale} for scale, params in groups.items()]
    return torch.optim.AdamW(groups, lr=config.rate, weight_decay=config.decay)


def learning_rate(step: int, config: Config) -> float:
    if step < config.warmup:
        return config.rate * step / config.warmup
    done = min(1.0, (step - config.warmup) / (config.steps - config.warmup))
    return config.rate * (0.02 + 0.98 * (1 + np.cos(np.pi * done)) / 2)


def train(model: Anatomy, records: list, extra: list, validation: dict[str, Sequence[Record]], config: Config, out: Path,
          minutes: float, renders: Sequence[Record] = ()) -> Anatomy:  # fmt: skip
    """`records` are annotated, `extra` only teach kinds. Returns the averaged model. Writes `last.pt` and `best.pt`: the
    best mean score over the sets of `validation`, by name."""
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(config.seed)
    torch.manual_seed(config.seed)
    optimizer, average, first, best = optimizer_of(model, config), copy.deepcopy(model), 0, -1.0
    if (out / "last.pt").exists():
        saved = torch.load(out / "last.pt", weights_only=False)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        rng.bit_generator.state = saved["rng"]
        torch.set_rng_state(saved["torch_rng"])
        first, best = saved["step"], saved["best"]
        print(f"resumed at step {first}", flush=True)
    start, told, sums = time.time(), time.time(), {}

    def save(step):
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                 "rng": rng.bit_generator.state, "torch_rng": torch.get_rng_state(), "step": step, "best": best}  # fmt: skip
        torch.save(state, out / "last.part")
        (out / "last.part").replace(out / "last.pt")

    for step in range(first + 1, config.steps + 1):
        rows = []
        for _ in range(config.batch):
            pool = extra if extra and rng.random() < config.extra else records
            pool = renders if len(renders) and rng.random() < config.renders else pool
            rows.append(sample(pool[int(rng.integers(len(pool)))], rng, records))
        batch = collate(rows)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, config) * group["scale"]
        model.train()
        parts = losses(*model(batch["image"], batch["hints"], batch["one_hot"]), batch)
        loss = sum(parts.values())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        keep = min(config.average, step / (step + 20))
        with torch.no_grad():
            for a, p in zip(average.parameters(), model.parameters(), strict=True):
                if p.requires_grad:
                    a.lerp_(p, 1 - keep)
        for key, value in parts.items():
            sums[key] = sums.get(key, 0.0) + value.item()
        if step % config.report == 0:
            text = " ".join(f"{key} {value / config.report:.3f}" for key, value in sums.items())
            print(f"step {step} {text} | {(time.time() - told) / config.report:.2f} s/step", flush=True)
            save(step)
            told, sums = time.time(), {}
        if step % config.validate == 0 or step == config.steps:
            average.eval()
            scores = {name: measure(average, checked) for name, checked in validation.items()}
            score = float(np.mean([s["score"] for s in scores.values()]))
            for name, figures in scores.items():
                print(f"step {step} {name} {figures}", flush=True)
            if score > best:
                best = score
                torch.save(average.state_dict(), out / "best.pt")
            save(step)
            told = time.time()
        if (time.time() - start) / 60 > minutes:
            save(step)
            break
    return average


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, default=Path("../shared/photos"))
    parser.add_argument("--detector", type=Path, default=DETECTOR)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--from-onnx", type=Path, help="begin with exported weights instead of the detector's")
    parser.add_argument("--renders", type=Path, nargs=2, metavar=("LEARN", "HELD_OUT"))
    parser.add_argument("--steps", type=int)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    photos = annotated(arguments.photos)
    learn = [r for r in photos if not held_out(r.name)]
    check = {"photos": [r for r in photos if held_out(r.name)]}
    others = [r for r in things(arguments.photos) if not held_out(r.name)]
    rendered = ()
    if arguments.renders:
        rendered, unseen = (Renders(folder) for folder in arguments.renders)
        check["renders"] = [r for r in unseen if r.parts]
    sizes = ", ".join(f"{len(some)} {name}" for name, some in check.items())
    print(f"{len(learn)} photos, {len(rendered)} renders, {len(others)} things to learn from; held out: {sizes}", flush=True)
    net = from_onnx(arguments.from_onnx) if arguments.from_onnx else sighted(Anatomy(load_pretrained(arguments.detector)))
    net = net.to(memory_format=torch.channels_last)
    print(f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters", flush=True)
    chosen = FINE if arguments.from_onnx else Config()
    chosen = replace(chosen, steps=arguments.steps or chosen.steps)
    train(net, learn, others, check, chosen, arguments.out, arguments.minutes, rendered)
