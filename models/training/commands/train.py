"""Trains the taggers of commands and exports them as one.

    npx tsx models/training/commands/examples.ts EXAMPLES.jsonl
    python -m models.training.commands.train --examples EXAMPLES.jsonl --out models/weights

Writes commands.onnx and commands.json (its vocabulary) there and a fixture for the product's tests; prints how many tags and
whole sentences of frames that it never saw are right.
"""

import argparse
import json
import random
from pathlib import Path

import torch
from torch.nn import functional as F

from .config import Config
from .data import batch, read, vocabulary
from .export import export, fixture
from .model import Tagger, Together


def split(examples, held):
    """(trained on, held out) by frame."""
    out = {frame: i % held == 0 for i, frame in enumerate(sorted({e[3] for e in examples}))}
    return [e for e in examples if not out[e[3]]], [e for e in examples if out[e[3]]]


def measure(net, examples, index):
    """Shares of units and of sentences that are tagged right, by language."""
    net.eval()
    scores = {}
    with torch.no_grad():
        for language in ("en", "zh"):
            # Of like length together: what fills up the shorter ones is read, too.
            some = sorted((e for e in examples if e[3].startswith(language)), key=lambda e: len(e[0]))
            units, right, whole = 0, 0, 0
            for i in range(0, len(some), 64):
                words, features, tags = batch(some[i : i + 64], index)
                good = (net(words, features).argmax(-1) == tags) | (tags < 0)
                units += (tags >= 0).sum().item()
                right += (good & (tags >= 0)).sum().item()
                whole += good.all(1).sum().item()
            scores[language] = {"units": round(right / max(units, 1), 4), "sentences": round(whole / max(len(some), 1), 4)}
    net.train()
    return scores


def train(trained, held, index, config):
    """One tagger, from the seed of its configuration."""
    random.seed(config.seed)
    torch.manual_seed(config.seed)
    net = Tagger(len(index), config)
    optimiser = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=1e-2)
    steps = config.epochs * (len(trained) // config.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, config.rate, total_steps=steps)
    for epoch in range(config.epochs):
        # Sentences of like length together, batches in any order.
        order = sorted(trained, key=lambda e: (len(e[0]), random.random()))
        batches = [order[i : i + config.batch] for i in range(0, len(order), config.batch)]
        random.shuffle(batches)
        total = 0.0
        for some in batches:
            inputs, features, tags = batch(some, index)
            inputs = inputs.masked_fill(torch.rand(inputs.shape) < config.forgotten, 0)
            features = features.masked_fill(torch.rand(features.shape) < config.doubted, 0)
            loss = F.cross_entropy(net(inputs, features).flatten(0, 1), tags.flatten(), ignore_index=-1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1} loss {total / len(batches):.4f} held out {json.dumps(measure(net, held, index))}", flush=True)
    return net


def main(arguments=None):
    """Command line entry; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--fixtures", type=Path, help="folder of the fixture")
    parser.add_argument("--epochs", type=int, default=Config().epochs)
    parser.add_argument("--taggers", type=int, default=2, help="how many are trained, from seeds of their own, and asked together")
    parser.add_argument("--whole", action="store_true", help="train on the held-out frames, too")
    args = parser.parse_args(arguments)
    torch.set_num_threads(1)
    examples = read(args.examples)
    trained, held = split(examples, Config().held)
    if args.whole:
        trained = examples
    words = vocabulary(trained, Config().common)
    index = {word: i for i, word in enumerate(words)}
    net = Together(train(trained, held, index, Config(seed=seed + 1, epochs=args.epochs)) for seed in range(args.taggers))
    print(f"together held out {json.dumps(measure(net, held, index))}")
    args.out.mkdir(parents=True, exist_ok=True)
    export(net, words, args.out)
    if args.fixtures:
        args.fixtures.mkdir(parents=True, exist_ok=True)
        (args.fixtures / "tagger.json").write_text(
            json.dumps(fixture(net, held[:: max(1, len(held) // 8)][:8], index), ensure_ascii=False) + "\n"
        )


if __name__ == "__main__":
    main()
