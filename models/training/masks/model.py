"""Encoder and decoder as one network, and its checkpoints."""

import torch
from torch import nn

from .decoder import Decoder
from .encoder import Encoder

FROZEN = ("stem1", "stem2", "stage0", "merges.0", "stages.0")  # edges and textures: MobileSAM's as they are


class MaskNet(nn.Module):
    """A window of a photo and prompts in it -> a mask for each prompt."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder(masks=1)

    def freeze(self):
        """Keeps the first half of the encoder from learning; the weights that do learn, encoder's and decoder's."""
        for name, weight in self.encoder.named_parameters():
            weight.requires_grad = not name.startswith(FROZEN)
        return [w for w in self.encoder.parameters() if w.requires_grad], list(self.decoder.parameters())

    def answer(self, seen, embedding, fine, points, labels):
        """Logits [B, h/2, w/2] of the window [1, 3, h, w] and the expected IoU [B]."""
        logits, fit = self.decoder(embedding, points, labels)
        return self.decoder.sharpen(logits, fine, seen)[:, 0], fit[:, 0]


def load(path):
    """The averaged weights of a checkpoint, in eval mode."""
    net = MaskNet()
    net.load_state_dict(torch.load(path, weights_only=False, map_location="cpu")["average"])
    return net.eval()
