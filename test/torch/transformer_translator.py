"""The Transformer, normalized before each sub-layer, out of PyTorch's own multi-head attention."""
import math

import torch
import torch.nn.functional as F

from translators import answer_with


def norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[f"{name}.gain"], p[f"{name}.bias"])


def attention(p, name, x, memory, heads, mask=None):
    if f"{name}.input" in p:
        weight, bias = p[f"{name}.input"], p[f"{name}.input_bias"]
    else:
        weight = torch.cat([p[f"{name}.query"], p[f"{name}.memory"]])
        bias = torch.cat([p[f"{name}.query_bias"], p[f"{name}.memory_bias"]])
    output, _ = F.multi_head_attention_forward(
        x[:, None], memory[:, None], memory[:, None], x.shape[1], heads, weight, bias, None, None, False, 0.0,
        p[f"{name}.output"], p[f"{name}.output_bias"], attn_mask=mask,
    )
    return output[:, 0]


def feed_forward(p, name, x):
    inner = F.linear(x, p[f"{name}.inner"], p[f"{name}.inner_bias"]).relu()
    return F.linear(inner, p[f"{name}.outer"], p[f"{name}.outer_bias"])


def embedded(p, ids):
    table = p["embedding"]
    width = table.shape[1]
    angles = torch.arange(len(ids))[:, None] * torch.exp(torch.arange(0, width, 2).double() * (-math.log(10000.0) / width))
    positions = torch.stack([angles.sin(), angles.cos()], 2).reshape(len(ids), width)
    return F.embedding(ids, table) * math.sqrt(width) + positions


def sentence_logits(p, source, target, drop, options):
    heads, layers = options["heads"], range(options["layers"])
    x = drop("source", embedded(p, source))
    for name in (f"encoder.{layer}" for layer in layers):
        y = norm(p, f"{name}.attention_norm", x)
        x = x + drop(f"{name}.attention", attention(p, f"{name}.attention", y, y, heads))
        y = norm(p, f"{name}.feed_forward_norm", x)
        x = x + drop(f"{name}.feed_forward", feed_forward(p, f"{name}.feed_forward", y))
    memory = norm(p, "encoder.norm", x)

    x = drop("target", embedded(p, target))
    causal = torch.ones(len(target), len(target)).triu(1).bool()
    for name in (f"decoder.{layer}" for layer in layers):
        y = norm(p, f"{name}.attention_norm", x)
        x = x + drop(f"{name}.attention", attention(p, f"{name}.attention", y, y, heads, causal))
        y = norm(p, f"{name}.cross_attention_norm", x)
        x = x + drop(f"{name}.cross_attention", attention(p, f"{name}.cross_attention", y, memory, heads))
        y = norm(p, f"{name}.feed_forward_norm", x)
        x = x + drop(f"{name}.feed_forward", feed_forward(p, f"{name}.feed_forward", y))
    return F.linear(norm(p, "decoder.norm", x), p["embedding"])


answer_with(sentence_logits)
