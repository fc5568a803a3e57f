"""The committed tiny models are what the script makes, and ONNX Runtime answers as PyTorch does."""

import numpy as np
import onnxruntime
import torch

from models.training.tests import tiny_hub


def test_committed_files_are_those_of_the_script(tmp_path):
    tiny_hub.write(tmp_path)
    names = sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file())
    assert names == sorted(file.relative_to(tiny_hub.FOLDER) for file in tiny_hub.FOLDER.rglob("*") if file.is_file())
    for name in names:
        assert (tmp_path / name).read_bytes() == (tiny_hub.FOLDER / name).read_bytes(), name


def test_the_detector_boxes_what_has_the_hue_of_the_words():
    photo = np.zeros((1, 3, 64, 64), np.float32)
    photo[:, 0, 16:48, 8:40], photo[:, 1:, 16:48, 8:40] = 0.6, -0.6
    words = ["a", "red"], ["a", "blue"]
    ids = np.array([[tiny_hub.VOCABULARY[f"{word}</w>"] for word in text] for text in words])
    session = onnxruntime.InferenceSession(tiny_hub.FOLDER / "tiny" / "owlvit" / "onnx" / "model.onnx")
    inputs = {"input_ids": ids, "pixel_values": photo, "attention_mask": np.ones_like(ids)}
    logits, boxes, *_ = session.run(None, inputs)
    expected, *_ = tiny_hub.OwlViT()(*(torch.from_numpy(value) for value in inputs.values()))
    assert np.abs(logits - expected.detach().numpy()).max() < 1e-4
    best = logits[0, :, 0].argmax()
    assert logits[0, best, 0] > 0 > logits[0, :, 1].max()
    assert np.allclose(boxes[0, best], [24 / 64, 32 / 64, 32 / 64, 32 / 64])
