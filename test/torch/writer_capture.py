"""What `capture` keeps of torch.nn.Transformer, against attention computed by hand: writer_capture.py MODULE TRACE"""
import json
import math
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))
from attention_scope import capture, save_trace, side  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)
found = {}


def by_hand(attention, query, key):
    """[batch, head, query, key] of torch.nn.MultiheadAttention, from its weights (Vaswani et al. 2017, section 3.2)."""
    width, heads = attention.embed_dim, attention.num_heads
    q = torch.nn.functional.linear(query, attention.in_proj_weight[:width], attention.in_proj_bias[:width])
    k = torch.nn.functional.linear(key, attention.in_proj_weight[width : 2 * width], attention.in_proj_bias[width : 2 * width])
    q, k = (x.unflatten(-1, (heads, width // heads)).transpose(1, 2) for x in (q, k))
    return torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(width // heads), -1)


for batch_first in (True, False):
    for mode in ("eval", "train"):
        model = getattr(torch.nn.Transformer(16, 2, 2, 2, 32, dropout=0.0, batch_first=batch_first), mode)()
        source, target = torch.randn(3, 5, 16), torch.randn(3, 4, 16)
        given = (source, target) if batch_first else (source.transpose(0, 1), target.transpose(0, 1))
        mask = torch.nn.Transformer.generate_square_subsequent_mask(4)
        padding = torch.tensor([[False] * 5, [False] * 4 + [True], [False] * 5])
        with torch.set_grad_enabled(mode == "train"):
            before = model(*given, tgt_mask=mask, src_key_padding_mask=padding, memory_key_padding_mask=padding)
            with capture(model) as captured:
                during = model(*given, tgt_mask=mask, src_key_padding_mask=padding, memory_key_padding_mask=padding)
            after = model(*given, tgt_mask=mask, src_key_padding_mask=padding, memory_key_padding_mask=padding)
        maps = captured.maps()
        expected = by_hand(model.encoder.layers[0].self_attn, source, source)[0].detach()
        found[f"{mode} {batch_first}"] = {
            "during": (before - during).abs().max().item(),
            "after": (before - after).abs().max().item(),
            "byHand": (torch.from_numpy(maps["encoder"][0]) - expected).abs().max().item(),
            "shapes": {kind: [list(layer.shape) for layer in layers] for kind, layers in maps.items()},
            "masked": [list(layer.shape) for layer in captured.maps(1, source_mask=~padding[1])["cross"]],
            "restored": not any("forward" in vars(module) for module in model.modules()),
            "hidden": float(captured.maps(1)["encoder"][1][:, :, 4].max()),
            "rows": max(float(abs(layer.sum(-1) - 1).max()) for layers in maps.values() for layer in layers),
        }

attention = torch.nn.MultiheadAttention(8, 2, batch_first=True)
x = torch.randn(1, 3, 8)
answers = {}
for wanted in ({}, {"need_weights": False}, {"average_attn_weights": False}):
    plain = attention(x, x, x, **wanted)
    with capture(attention) as captured:
        told = attention(x, x, x, **wanted)
    answers[json.dumps(wanted)] = [(plain[0] - told[0]).abs().max().item(), None if told[1] is None else (plain[1] - told[1]).abs().max().item(), plain[1] is None]
try:
    capture(torch.nn.Linear(2, 2))
    refused = ""
except ValueError as error:
    refused = str(error)
save_trace(sys.argv[2], side("Ein 😀 da", ["Ein", "😀", "da", "</s>", "<pad>"], [(0, 3), (4, 5), (6, 8), (8, 8), (8, 8)]), maps, list("wxyz"), model="a Transformer")
json.dump({"models": found, "answers": answers, "refused": refused, "trace": {kind: [layer.tolist() for layer in layers] for kind, layers in maps.items()}}, sys.stdout)
