"""Tiny models in the layout of transformers.js, for the tests of models/locate/open-vocabulary.

They are not trained and know colours only, but they do see: the word "red" is the direction of red among hues, so that a test
can tell a right answer from a wrong one, which random weights would not allow. Inputs, outputs and the files beside them are
named as in Xenova/owlvit-base-patch32, Xenova/clip-vit-base-patch32 and Xenova/slimsam-77-uniform. To make them again:
`python -m models.training.tests.tiny_hub`.
"""

import json
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FOLDER = Path(__file__).parents[3] / "tests" / "fixtures" / "hub"
COLOURS = {"red": (1, -0.5, -0.5), "green": (-0.5, 1, -0.5), "blue": (-0.5, -0.5, 1)}
WORDS = ["a", "photo", "of", *COLOURS]
START, END, PAD = "<|startoftext|>", "<|endoftext|>", "!"
HALF = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "rescale_factor": 1 / 255, "resample": 2}
STEPS = {"do_resize": True, "do_rescale": True, "do_normalize": True, "do_convert_rgb": True}


def vocabulary() -> tuple[dict[str, int], list[str]]:
    """Byte-pair encoding as CLIP's: letters, letters that end a word, and the merges that make WORDS."""
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    tokens, merges = [PAD, PAD + "</w>", *letters, *(c + "</w>" for c in letters)], []
    for word in WORDS:
        done, *rest = [*word[:-1], word[-1] + "</w>"]
        for piece in rest:
            if f"{done} {piece}" not in merges:
                merges.append(f"{done} {piece}")
                tokens.append(done + piece)
            done += piece
    tokens += [START, END]
    return {token: i for i, token in enumerate(tokens)}, merges


VOCABULARY, MERGES = vocabulary()


class Text(nn.Module):
    """Token ids [Q, N] -> the hue that the words name [Q, 3], unit length, 0 where they name none."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(len(VOCABULARY), 3)
        with torch.no_grad():
            self.table.weight.zero_()
            for word, hue in COLOURS.items():
                self.table.weight[VOCABULARY[f"{word}</w>"]] = torch.tensor(hue)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return F.normalize((self.table(input_ids) * attention_mask[..., None]).sum(1), dim=-1)


def hue(colour: Tensor) -> Tensor:
    """Colours -1..1 [..., 3] -> their direction away from grey, shorter than 1 where they are dull."""
    away = colour - colour.mean(-1, keepdim=True)
    return away / (away.norm(dim=-1, keepdim=True) + 0.1)


def cells(side: int) -> Tensor:
    """Middles of a grid's cells [side * side, 2], x and y in 0..1."""
    at = (torch.arange(side) + 0.5) / side
    return torch.stack([at.repeat(side), at.repeat_interleave(side)], 1)


class OwlViT(nn.Module):
    """Every patch of the grid is a box around all patches of its hue."""

    def __init__(self, side: int = 16):
        super().__init__()
        self.text, self.side = Text(), side

    def forward(self, input_ids: Tensor, pixel_values: Tensor, attention_mask: Tensor):
        text = self.text(input_ids, attention_mask)
        image = hue(F.adaptive_avg_pool2d(pixel_values, self.side).flatten(2).transpose(1, 2))
        same = (image @ image.transpose(1, 2) > 0.5)[..., None]
        at, half = cells(self.side), 0.5 / self.side
        low = torch.where(same, at, 1.0).amin(2) - half
        high = torch.where(same, at, 0.0).amax(2) + half
        logits = 12 * image @ text.T - 8
        return logits, torch.cat([(low + high) / 2, high - low], -1), text[None], image


class Clip(nn.Module):
    """Pictures and texts by their hue."""

    def __init__(self):
        super().__init__()
        self.text = Text()

    def forward(self, input_ids: Tensor, pixel_values: Tensor, attention_mask: Tensor):
        text, image = self.text(input_ids, attention_mask), hue(pixel_values.mean((2, 3)))
        logits = 20 * image @ text.T
        return logits, logits.T, text, image


class SamEncoder(nn.Module):
    """The photo itself, a quarter as large, and where its pixels are."""

    def __init__(self, side: int = 64):
        super().__init__()
        self.register_buffer("at", cells(side).T.reshape(1, 2, side, side))

    def forward(self, pixel_values: Tensor):
        return F.avg_pool2d(pixel_values, 4), self.at.expand(pixel_values.shape[0], -1, -1, -1)


class SamDecoder(nn.Module):
    """Three masks: what has the colour at the clicks, the part of it near them, and everything."""

    def forward(self, image_embeddings: Tensor, image_positional_embeddings: Tensor, input_points: Tensor, input_labels: Tensor):
        colour = image_embeddings.flatten(2).transpose(1, 2)[:, None, None]  # [batch, 1, 1, cells, 3]
        at = image_positional_embeddings.flatten(2).transpose(1, 2)[:, None, None]
        away = (at - input_points[..., None, :] / 256).norm(dim=-1)  # [batch, prompts, points, cells]
        clicked = (F.softmax(-((away / 0.01) ** 2), -1)[..., None] * colour).sum(-2, keepdim=True)
        like = 0.5 - (colour - clicked).norm(dim=-1)
        on = (input_labels == 1)[..., None]
        here, there = torch.where(on, like, -9.0).amax(2), torch.where(on, -9.0, like).amax(2)
        same = here - 4 * F.relu(there)
        near = 0.12 - torch.where(on, away, 9.0).amin(2)
        masks = 10 * torch.stack([same, torch.minimum(same, near), torch.ones_like(same)], 2)
        trust = torch.tensor([0.8, 0.7, 0.3]).expand(masks.shape[0], masks.shape[1], 3)
        side = image_embeddings.shape[-1]
        return trust, masks.reshape(masks.shape[0], masks.shape[1], 3, side, side)


def save(folder: Path, files: dict[str, dict]) -> None:
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n")


def export(net: nn.Module, file: Path, inputs: dict[str, tuple[Tensor, dict]], outputs: dict[str, dict]) -> None:
    axes = {name: free for name, (_, free) in inputs.items() if free} | {name: free for name, free in outputs.items() if free}
    torch.onnx.export(net.eval(), tuple(value for value, _ in inputs.values()), file, input_names=list(inputs),
                      output_names=list(outputs), dynamic_axes=axes, opset_version=17, dynamo=False)  # fmt: skip


def tokenizer() -> dict[str, dict]:
    """tokenizer.json as CLIP's own, with another vocabulary."""
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    spaces = {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "}
    words = {"Regex": "[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    ends = {"sep": [END, VOCABULARY[END]], "cls": [START, VOCABULARY[START]]}
    model = {"type": "BPE", "unk_token": END, "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": False}
    names = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": PAD}
    return {
        "tokenizer_config.json": {"tokenizer_class": "CLIPTokenizer", "model_max_length": 16, **names},
        "tokenizer.json": {
            "version": "1.0",
            "added_tokens": [{"id": VOCABULARY[token], "content": token, **special} for token in (START, END)],
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, spaces, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": words, "behavior": "Removed", "invert": True}, level]},
            "post_processor": {"type": "RobertaProcessing", "trim_offsets": False, "add_prefix_space": False, **ends},
            "decoder": level,
            "model": {**model, "vocab": VOCABULARY, "merges": MERGES},
        },
    }  # fmt: skip


def write_owlvit(folder: Path) -> None:
    size = {"height": 64, "width": 64}
    save(folder, {
        "config.json": {"model_type": "owlvit", "architectures": ["OwlViTForObjectDetection"]},
        "preprocessor_config.json": {"image_processor_type": "OwlViTImageProcessor", "processor_class": "OwlViTProcessor",
                                     "size": size, "do_center_crop": False, **STEPS, **HALF},
        **tokenizer(),
    })  # fmt: skip
    ids, text = torch.ones(2, 5, dtype=torch.int64), {0: "texts", 1: "tokens"}
    export(OwlViT(), folder / "onnx" / "model.onnx",
           {"input_ids": (ids, text), "pixel_values": (torch.rand(1, 3, 64, 64), {}), "attention_mask": (ids, text)},
           {"logits": {2: "texts"}, "pred_boxes": {}, "text_embeds": {1: "texts"}, "image_embeds": {}})  # fmt: skip


def write_clip(folder: Path) -> None:
    save(folder, {
        "config.json": {"model_type": "clip", "architectures": ["CLIPModel"]},
        "preprocessor_config.json": {"image_processor_type": "CLIPImageProcessor", "processor_class": "CLIPProcessor",
                                     "size": {"shortest_edge": 32}, "do_center_crop": True,
                                     "crop_size": {"height": 32, "width": 32}, **STEPS, **HALF},
        **tokenizer(),
    })  # fmt: skip
    ids, text = torch.ones(2, 5, dtype=torch.int64), {0: "texts", 1: "tokens"}
    export(Clip(), folder / "onnx" / "model.onnx",
           {"input_ids": (ids, text), "pixel_values": (torch.rand(3, 3, 32, 32), {0: "images"}), "attention_mask": (ids, text)},
           {"logits_per_image": {0: "images", 1: "texts"}, "logits_per_text": {0: "texts", 1: "images"},
            "text_embeds": {0: "texts"}, "image_embeds": {0: "images"}})  # fmt: skip


def write_sam(folder: Path) -> None:
    size = {"height": 256, "width": 256}
    save(folder, {
        "config.json": {"model_type": "sam", "architectures": ["SamModel"]},
        "preprocessor_config.json": {"image_processor_type": "SamImageProcessor", "processor_class": "SamProcessor",
                                     "size": {"longest_edge": 256}, "do_pad": True, "pad_size": size, **STEPS, **HALF},
    })  # fmt: skip
    photo = torch.rand(1, 3, 256, 256)
    export(SamEncoder(), folder / "onnx" / "vision_encoder.onnx", {"pixel_values": (photo, {0: "batch"})},
           {"image_embeddings": {0: "batch"}, "image_positional_embeddings": {0: "batch"}})  # fmt: skip
    embeddings, places = SamEncoder()(photo)
    points = {0: "batch", 1: "prompts", 2: "points"}
    export(SamDecoder(), folder / "onnx" / "prompt_encoder_mask_decoder.onnx",
           {"image_embeddings": (embeddings, {0: "batch"}), "image_positional_embeddings": (places, {0: "batch"}),
            "input_points": (torch.rand(1, 1, 2, 2) * 256, points), "input_labels": (torch.tensor([[[1, 0]]]), points)},
           {"iou_scores": {0: "batch", 1: "prompts"}, "pred_masks": {0: "batch", 1: "prompts"}})  # fmt: skip


def write(folder: Path) -> None:
    write_owlvit(folder / "tiny" / "owlvit")
    write_clip(folder / "tiny" / "clip")
    write_sam(folder / "tiny" / "sam")


if __name__ == "__main__":
    write(FOLDER)
