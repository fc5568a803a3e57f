"""Teaches Whisper spoken English commands in noise, on top of its weights (low-rank matrices; Whisper itself stays as it is).

    npx tsx models/training/hearing/say.ts .cache/whisper-base/tokenizer.json DATA --of frames --voices many
    python -m models.training.hearing.train --data DATA --whisper .cache/whisper-base --minutes 42 \\
        --out models/transcribe/graphs/whisper-base

Writes attuned.bin there, beside the graphs that read it (models/training/whisper/graph.py); prints the loss. `--data` may be given
several times, each FOLDER:SHARE; `--on attuned.bin` begins from there. `--last FILE` is written every 50 steps; a run that finds it
goes on from it.
"""

import argparse
import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from ..whisper.graph import place
from .model import Whisper
from .sound import HOP, RATE, log_mel, noise, spoil

# <|startoftranscript|><|en|><|transcribe|><|notimestamps|>, <|endoftext|>
PREFIX, END = [50258, 50259, 50359, 50363], 50257


@dataclass
class Config:
    """What the committed weights were made with; models/training/LOG.md has the rates of their two runs."""

    rank: int = 8
    rate: float = 1.5e-3
    batch: int = 8
    batches: int = 12  # that are drawn together and sorted by length
    nobody: int = 4  # of each such draw are noise in which nobody speaks
    warm: int = 40  # steps until the full rate
    seed: int = 3


class Recordings:
    """What say.ts wrote, never twice the same. `shares` says how much of which folder."""

    def __init__(self, shares, config):
        self.sets = [
            (json.loads((folder / "rows.json").read_text()), np.memmap(folder / "sound.s16", np.int16, "r")) for folder in shares
        ]
        self.shares = np.array(list(shares.values())) / sum(shares.values())
        self.config, self.rng = config, np.random.default_rng(config.seed)

    def draw(self):
        """(samples, tokens)"""
        rows, sound = self.sets[self.rng.choice(len(self.sets), p=self.shares)]
        row = rows[self.rng.integers(len(rows))]
        return sound[row["offset"] : row["offset"] + row["length"]].astype(np.float32) / 32768, row["tokens"]

    def batches(self):
        """[(samples, tokens)] of like length, for ever."""
        c = self.config

        def voices():
            return self.draw()[0]

        while True:
            said = [self.draw() for _ in range(c.batch * c.batches - c.nobody)]
            drawn = [(spoil(samples, self.rng, voices), tokens) for samples, tokens in said]
            lengths = self.rng.integers(RATE, 3 * RATE, c.nobody)
            drawn += [((noise(n, self.rng, voices) * 0.02).astype(np.float32), [END]) for n in lengths]
            drawn.sort(key=lambda it: len(it[0]))
            for i in self.rng.permutation(c.batches):
                yield drawn[i * c.batch : (i + 1) * c.batch]


def collate(batch, rng):
    """mel [B, mels, 2S] with .3 to 1.5 s of silence behind, tokens [B, N], labels [B, N] (-100: not asked)."""
    frames = 2 * int(max(len(x) for x, _ in batch) / HOP / 2 + rng.uniform(15, 75) + 1)
    longest = max(len(said) for _, said in batch) + len(PREFIX) - 1
    tokens = torch.full((len(batch), longest), END)
    labels = torch.full((len(batch), longest), -100)
    for i, (_, said) in enumerate(batch):
        fed = PREFIX + said[:-1]
        tokens[i, : len(fed)] = torch.tensor(fed)
        labels[i, len(PREFIX) - 1 : len(fed)] = torch.tensor(said)
    return torch.stack([log_mel(x, frames) for x, _ in batch]), tokens, labels


def train(net, recordings, config, minutes, last=None):
    """Until the minutes are over; what is in `last` counts."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=0.01, betas=(0.9, 0.98))
    first, spent, smooth = 1, 0.0, None
    if last and last.exists():
        saved = torch.load(last)
        net.load_state_dict(saved["learnt"], strict=False)
        optimiser.load_state_dict(saved["optimiser"])
        first, spent, smooth = saved["step"] + 1, saved["spent"], saved["smooth"]
    begin = time.time() - spent
    for step, batch in enumerate(recordings.batches(), first):
        done = (time.time() - begin) / 60 / minutes
        if done >= 1:
            return
        for group in optimiser.param_groups:
            group["lr"] = config.rate * min(1, step / config.warm) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
        mel, tokens, labels = collate(batch, recordings.rng)
        loss = F.cross_entropy(net(mel, tokens).flatten(0, 1), labels.flatten(), ignore_index=-100)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        smooth = loss.item() if smooth is None else 0.97 * smooth + 0.03 * loss.item()
        if step % 25 == 0:
            print(f"step {step}, {done:.0%}: loss {smooth:.3f}", flush=True)
        if last and step % 50 == 0:
            learnt = {name: p.detach() for name, p in net.named_parameters()}
            state = {
                "learnt": learnt,
                "optimiser": optimiser.state_dict(),
                "step": step,
                "spent": time.time() - begin,
                "smooth": smooth,
            }
            torch.save(state, last.with_suffix(".new"))
            last.with_suffix(".new").rename(last)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", action="append", required=True, help="FOLDER or FOLDER:SHARE")
    parser.add_argument("--on", type=Path, help="attuned.bin to go on from")
    parser.add_argument("--rate", type=float, default=Config.rate)
    parser.add_argument("--whisper", type=Path, required=True, help="folder of the converted weights")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=42)
    parser.add_argument("--last", type=Path)
    parser.add_argument("--seed", type=int, default=Config.seed)
    args = parser.parse_args()
    config = Config(rate=args.rate, seed=args.seed)
    torch.manual_seed(config.seed)
    net = Whisper(args.whisper, config.rank)
    places = place(net.size, config.rank)
    if args.on:
        net.learn(places.read(args.on))
    shares = {Path(folder): float(share or 1) for folder, _, share in (it.partition(":") for it in args.data)}
    train(net, Recordings(shares, config), config, args.minutes, args.last)
    places.write(args.out / "attuned.bin", net.learnt())


if __name__ == "__main__":
    main()
