"""The Transformer, normalized before or after each sub-layer, with each kind of positions.

Attention is PyTorch's own, but where positions are rotary, which it does not have: there, pairs of features are turned as
complex numbers.
"""
import math

import torch
import torch.nn.functional as F

from translators import answer_with


def norm(p, name, x):
    return F.layer_norm(x, x.shape[-1:], p[f"{name}.gain"], p[f"{name}.bias"])


def attention(p, name, x, memory, heads, mask=None):
    """Output [query, width] and weights [head, query, key]."""
    if f"{name}.input" in p:
        weight, bias = p[f"{name}.input"], p[f"{name}.input_bias"]
    else:
        weight = torch.cat([p[f"{name}.query"], p[f"{name}.memory"]])
        bias = torch.cat([p[f"{name}.query_bias"], p[f"{name}.memory_bias"]])
    output, weights = F.multi_head_attention_forward(
        x[:, None], memory[:, None], memory[:, None], x.shape[1], heads, weight, bias, None, None, False, 0.0,
        p[f"{name}.output"], p[f"{name}.output_bias"], attn_mask=mask, average_attn_weights=False,
    )
    return output[:, 0], weights[0]


def angles(length, features):
    return torch.arange(length)[:, None] * torch.exp(torch.arange(0, features, 2).double() * (-math.log(10000.0) / features))


def turned(x):
    half = x.shape[-1] // 2
    pairs = torch.complex(x[..., :half], x[..., half:])
    around = angles(len(x), x.shape[-1])
    pairs = pairs * torch.polar(torch.ones_like(around), around)[:, None]
    return torch.cat([pairs.real, pairs.imag], -1)


def rotary_attention(p, name, x, heads, mask):
    query, key, value = F.linear(x, p[f"{name}.input"], p[f"{name}.input_bias"]).reshape(len(x), 3, heads, -1).unbind(1)
    scores = torch.einsum("qhd,khd->hqk", turned(query), turned(key)) / math.sqrt(query.shape[-1])
    weights = (scores if mask is None else scores.masked_fill(mask, -math.inf)).softmax(-1)
    heads = torch.einsum("hqk,khd->qhd", weights, value).reshape(x.shape)
    return F.linear(heads, p[f"{name}.output"], p[f"{name}.output_bias"])


def feed_forward(p, name, x):
    inner = F.linear(x, p[f"{name}.inner"], p[f"{name}.inner_bias"]).relu()
    return F.linear(inner, p[f"{name}.outer"], p[f"{name}.outer_bias"])


def embedded(p, side, ids, positions):
    table = p["embedding"]
    words = F.embedding(ids, table) * math.sqrt(table.shape[1])
    if positions == "sinusoidal":
        around = angles(len(ids), table.shape[1])
        return words + torch.stack([around.sin(), around.cos()], 2).reshape(words.shape)
    return words + p[f"{side}.positions"][: len(ids)] if positions == "learned" else words


def sentence_logits(p, source, target, drop, options):
    """Logits, and the cross-attention that alignments guide: head 0 of the last layer but one."""
    heads, positions = options["heads"], options["positions"]

    def sublayer(site, x, function):
        if options["norm"] == "pre":
            return x + drop(site, function(norm(p, f"{site}_norm", x)))
        return norm(p, f"{site}_norm", x + drop(site, function(x)))

    def own(name, mask):
        if positions == "rotary":
            return lambda y: rotary_attention(p, name, y, heads, mask)
        return lambda y: attention(p, name, y, y, heads, mask)[0]

    def last(side, x):
        return norm(p, f"{side}.norm", x) if options["norm"] == "pre" else x

    x = drop("source", embedded(p, "encoder", source, positions))
    for name in (f"encoder.{layer}" for layer in range(options["encoderLayers"])):
        x = sublayer(f"{name}.attention", x, own(f"{name}.attention", None))
        x = sublayer(f"{name}.feed_forward", x, lambda y: feed_forward(p, f"{name}.feed_forward", y))
    memory = last("encoder", x)

    x = drop("target", embedded(p, "decoder", target, positions))
    causal = torch.ones(len(target), len(target)).triu(1).bool()
    crossed = []

    def cross(site, y):
        output, weights = attention(p, site, y, memory, heads)
        crossed.append(weights)
        return output

    for name in (f"decoder.{layer}" for layer in range(options["decoderLayers"])):
        x = sublayer(f"{name}.attention", x, own(f"{name}.attention", causal))
        x = sublayer(f"{name}.cross_attention", x, lambda y: cross(f"{name}.cross_attention", y))
        x = sublayer(f"{name}.feed_forward", x, lambda y: feed_forward(p, f"{name}.feed_forward", y))
    guided = crossed[max(0, len(crossed) - 2)][0]
    return F.linear(last("decoder", x), p["embedding"]), guided


answer_with(sentence_logits)
