"""The recurrent translators of trainer/models/recurrent as one writes them in PyTorch: whole batches, its own fused GRU and
LSTM wherever a sequence is known, matrices side by side where one product will do. Sequences are all equally long."""

import torch
from torch import nn
from torch.nn import functional as F

from bench_attention import Attention


class Weights(nn.Module):
    """Parameters under names with dots in them, as trainer/models has them, laid out as PyTorch wants them."""

    def __init__(self, tensors):
        super().__init__()
        self.names = list(tensors)
        for name, tensor in tensors.items():
            self.register_parameter(name.replace(".", "/"), nn.Parameter(tensor))

    def forward(self):
        return {name: getattr(self, name.replace(".", "/")) for name in self.names}


def reordered(weight, cell):
    """From our order of the gates to PyTorch's."""
    ours, theirs = {"gru": ("zrc", "rzc"), "lstm": ("iofc", "ifco")}[cell]
    gates = dict(zip(ours, weight.chunk(len(ours))))
    return torch.cat([gates[gate] for gate in theirs])


def cells_of(ours, cell):
    """Our parameters with the gates of every cell in PyTorch's order."""
    kinds = ("input", "recurrent", "input_bias", "recurrent_bias", "context", "feed")
    is_cell = lambda name: name.startswith(("encoder.", "decoder.")) and name.rsplit(".", 1)[1] in kinds
    return {name: reordered(weight, cell) if is_cell(name) else weight for name, weight in ours.items()}


def cell_weights(p, name, cell):
    weights = [p[f"{name}.input"], p[f"{name}.recurrent"], p[f"{name}.input_bias"]]
    if cell == "gru":
        return [*weights, p[f"{name}.recurrent_bias"]]
    forget = p[f"{name}.forget_bias"]
    return [*weights, F.pad(forget, (len(forget), 2 * len(forget)))]


def run(cell, x, weights, start, both=False):
    """A whole sequence by the fused operator: outputs `[time, batch, features]` and last states `[direction, batch, hidden]`."""
    if cell == "gru":
        outputs, last = torch.gru(x, start[0], weights, True, 1, 0.0, False, both, False)
        return outputs, (last,)
    outputs, *last = torch.lstm(x, start, weights, True, 1, 0.0, False, both, False)
    return outputs, tuple(last)


def step(cell, x, state, weights):
    return (torch.gru_cell(x, state[0], *weights),) if cell == "gru" else torch.lstm_cell(x, state, *weights)


def named(stack, layer):
    return stack if layer == 0 else f"{stack}.{layer}"


def encode(p, cell, encoder, words, drop, residual=False):
    """`[time, batch, features]` of all layers, and of each layer its last states."""
    both = encoder["bidirectional"]
    directions = ["encoder.forward", "encoder.backward"][: 1 + both]
    zero = words.new_zeros(1 + both, words.shape[1], encoder["hidden"])
    x, last = words, []
    for layer in range(encoder["layers"]):
        weights = [weight for name in directions for weight in cell_weights(p, named(name, layer), cell)]
        outputs, states = run(cell, x if layer == 0 else drop(x), weights, (zero,) * (1 if cell == "gru" else 2), both)
        x = outputs + x if residual and layer > 0 else outputs
        last.append(states)
    return x, last


class RecurrentTranslator(nn.Module):
    def __init__(self, architecture, tensors, dropout=0.0):
        """tensors: initial parameters by our names, in our layout."""
        super().__init__()
        self.architecture = architecture
        self.weights = Weights(self.layout(tensors))
        self.dropout = nn.Dropout(dropout)

    def layout(self, ours):
        """Matrices that are multiplied with the same thing, or whose products are added, become one."""
        p = cells_of(ours, self.architecture["cell"])
        for beside in ("decoder.context", "decoder.feed"):
            if beside in p:
                p["decoder.input"] = torch.cat([p["decoder.input"], p.pop(beside)], 1)
        readout = [p.pop(name) for name in ("readout.word", "readout.state", "readout.context") if name in p]
        return {**p, "readout": torch.cat(readout, 1)}

    def from_ours(self, ours):
        return {f"weights.{name.replace('.', '/')}": tensor for name, tensor in self.layout(ours).items()}

    def forward(self, source, target, noise=None):
        """source and target `[time, batch]` → logits `[target, batch, vocabulary]`, and the loss of coverage a word."""
        a, p, drop = self.architecture, self.weights(), self.dropout
        cell, before, layers = a["cell"], a["order"] == "before", a["decoderLayers"]
        memory, last = encode(p, cell, a["encoder"], drop(F.embedding(source, p["source.embedding"])), drop, a["residual"])
        states = [self.start(p, layer, last[min(layer, len(last) - 1)]) for layer in range(layers)]
        previous = drop(F.embedding(target, p["target.embedding"]))
        weights = [cell_weights(p, named("decoder", layer), cell) for layer in range(layers)]
        extra = 0
        if a["attention"]["score"] == "none":
            contexts = last[-1][0].transpose(0, 1).flatten(1).expand(len(target), -1, -1)
            x = torch.cat([previous, contexts], -1) if before else previous
            for layer in range(layers):
                outputs, _ = run(cell, x if layer == 0 else drop(x), weights[layer], tuple(part[None] for part in states[layer]))
                x = outputs + x if a["residual"] and layer > 0 else outputs
            fed, outputs = None, x
        else:
            outputs, contexts, fed, extra = self.unrolled(p, previous, memory.transpose(0, 1).contiguous(), states, weights, noise)
        if fed is None:
            fed = self.readout(p, [previous, outputs, contexts] if before else [outputs, contexts])
        return F.linear(drop(fed), p["target.embedding"], p["output.bias"]), extra

    def start(self, p, layer, last):
        names = [f"{named('start', layer)}.{part}" for part in ("", "kept_")]
        # The direction that ends at the source's first word.
        first, *others = [F.linear(part[-1], p[f"{name}weight"], p[f"{name}bias"]) for name, part in zip(names, last)]
        return (torch.tanh(first), *others)

    def readout(self, p, parts):
        return torch.tanh(F.linear(torch.cat(parts, -1), p["readout"], p["readout.bias"]))

    def unrolled(self, p, previous, memory, states, weights, noise):
        a, cell, drop = self.architecture, self.architecture["cell"], self.dropout
        before, feeding = a["order"] == "before", a["inputFeeding"]
        batch, source, _ = memory.shape
        look = Attention(a["attention"], p, memory)
        coverage = memory.new_zeros(batch, source) if a["coverage"] > 0 else None
        fed = memory.new_zeros(batch, a["embedding"])
        outputs, contexts, feds, maps, covered = [], [], [], [], []
        for time, word in enumerate(previous):
            query = states[0][0] if before else None
            if before:
                found, context = look(query, coverage, None if noise is None else noise[time])
            x = torch.cat([word, context if before else fed], -1) if before or feeding else word
            for layer, state in enumerate(states):
                states[layer] = step(cell, x if layer == 0 else drop(x), state, weights[layer])
                x = states[layer][0] + x if a["residual"] and layer > 0 else states[layer][0]
            if not before:
                found, context = look(x, coverage, None if noise is None else noise[time])
            if feeding:
                fed = self.readout(p, [x, context])
                feds.append(fed)
            outputs.append(x)
            contexts.append(context)
            if coverage is not None:
                maps.append(found)
                covered.append(coverage)
                coverage = coverage + found
        extra = a["coverage"] * torch.minimum(torch.stack(maps), torch.stack(covered)).sum(-1).mean() if maps else 0
        return torch.stack(outputs), torch.stack(contexts), torch.stack(feds) if feds else None, extra
