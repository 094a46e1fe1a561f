"""The recurrent translators, out of PyTorch's own GRU and LSTM: one sentence at a time, so without padding."""
import math

import torch
import torch.nn.functional as F

from translators import answer_with


def gru_weights(p, name):
    """Our gates are update, reset, candidate; PyTorch's are reset, update, candidate."""
    return [reordered(p[f"{name}.{kind}"], "zrc", "rzc") for kind in ("input", "recurrent", "input_bias", "recurrent_bias")]


def lstm_weights(p, name):
    """Our gates are input, output, forget, candidate; PyTorch's are input, forget, candidate, output."""
    weights = [reordered(p[f"{name}.{kind}"], "iofc", "ifco") for kind in ("input", "recurrent", "input_bias")]
    bias = p[f"{name}.forget_bias"]
    zeros = torch.zeros_like(bias)
    return [*weights, torch.cat([zeros, bias, zeros, zeros])]


def reordered(weight, ours, theirs):
    gates = dict(zip(ours, weight.chunk(len(ours))))
    return torch.cat([gates[gate] for gate in theirs])


class Gru:
    gates, weights = ("zrc", "rzc"), staticmethod(gru_weights)

    @staticmethod
    def sequence(x, weights, hidden, directions):
        start = x.new_zeros(directions, 1, hidden)
        outputs, last = torch.gru(x, start, weights, True, 1, 0.0, False, directions == 2, False)
        return outputs, (last,)

    @staticmethod
    def step(x, state, weights):
        return (torch.gru_cell(x, state[0], *weights),)


class Lstm:
    gates, weights = ("iofc", "ifco"), staticmethod(lstm_weights)

    @staticmethod
    def sequence(x, weights, hidden, directions):
        start = x.new_zeros(directions, 1, hidden)
        outputs, *last = torch.lstm(x, (start, start), weights, True, 1, 0.0, False, directions == 2, False)
        return outputs, last

    @staticmethod
    def step(x, state, weights):
        return torch.lstm_cell(x, state, *weights)


def layer_name(stack, layer):
    return stack if layer == 0 else f"{stack}.{layer}"


def encode(p, cell, words, drop, encoder, residual):
    """Annotations [source, features], and of each layer the last states of each direction."""
    directions = ["encoder.forward", "encoder.backward"][: 2 if encoder["bidirectional"] else 1]
    x, last = words, []
    for layer in range(encoder["layers"]):
        weights = sum((cell.weights(p, layer_name(name, layer)) for name in directions), [])
        read = x if layer == 0 else drop(layer_name("encoder", layer), x)
        outputs, states = cell.sequence(read[:, None], weights, encoder["hidden"], len(directions))
        x = outputs[:, 0] + x if residual and layer > 0 else outputs[:, 0]
        last.append(states)
    return x, last


def scorer(p, attention, memory):
    """A function of a query [query], the coverage and the noise [source] that gives weights [source] (or [head, source]) and
    context; of hard attention the distribution that it draws from, and the context of what was drawn."""
    score = attention["score"]
    source = len(memory)

    def scores(query, coverage):
        if score in ("additive", "hard"):
            keys = F.linear(memory, p["attention.key"], p["attention.key_bias"])
            if "attention.coverage" in p:
                keys = keys + torch.outer(coverage, p["attention.coverage"][0])
            return torch.tanh(keys + p["attention.query"] @ query) @ p["attention.energy"][0]
        if score == "dot":
            return memory @ query
        if score == "general" or score == "local-p":
            return memory @ p["attention.key"].t() @ query
        if score == "location":
            longest = len(p["attention.location"])
            return (p["attention.location"] @ query)[torch.arange(source).clamp(max=longest - 1)]
        if score == "scaled-dot-product":
            return memory @ p["attention.key"].t() @ (p["attention.query"] @ query) / math.sqrt(attention["width"])
        raise ValueError(score)

    def look(query, coverage, noise):
        if score == "multi-head":
            split = lambda x: x.unflatten(-1, (attention["heads"], -1))
            asked = split(F.linear(query, p["attention.query"], p["attention.query_bias"]))
            keys, values = F.linear(memory, p["attention.memory"], p["attention.memory_bias"]).chunk(2, -1)
            weights = (torch.einsum("hd,shd->hs", asked, split(keys)) / math.sqrt(asked.shape[-1])).softmax(-1)
            heads = torch.einsum("hs,shd->hd", weights, split(values)).flatten()
            return weights, F.linear(heads, p["attention.output"], p["attention.output_bias"])
        energy = scores(query, coverage)
        if score == "hard":
            return energy.softmax(0), drawn(energy, noise, attention["temperature"]) @ memory
        if score == "local-p":
            centre = source * torch.sigmoid(p["attention.position_energy"][0] @ torch.tanh(p["attention.position"] @ query))
            away = torch.arange(source) - centre
            energy = energy.masked_fill(away.abs() > attention["window"], -math.inf)
            weights = energy.softmax(0) * torch.exp(-(away**2) / (2 * (attention["window"] / 2) ** 2))
        else:
            weights = energy.softmax(0)
        return weights, weights @ memory

    return look


def drawn(energy, noise, temperature):
    """One position, drawn by the Gumbel-max trick; gradients go through as if it were the softmax."""
    soft = ((energy + noise) / temperature).softmax(0)
    return F.one_hot(soft.argmax(), len(soft)) + (soft - soft.detach())


def sentence_logits(p, source, target, drop, options):
    cell = {"gru": Gru, "lstm": Lstm}[options["cell"]]
    attention, before = options["attention"], options["order"] == "before"
    words = drop("source", F.embedding(source, p["source.embedding"]))
    memory, last = encode(p, cell, words, drop, options["encoder"], options["residual"])
    states = []
    for layer in range(options["decoderLayers"]):
        read = [part[-1] for part in last[min(layer, len(last) - 1)]]
        names = [f"{layer_name('start', layer)}.{part}" for part in ("", "kept_")]
        start = [F.linear(part, p[f"{name}weight"], p[f"{name}bias"]) for part, name in zip(read, names)]
        states.append((torch.tanh(start[0]), *start[1:]))
    summary = last[-1][0].flatten()
    look = None if attention["score"] == "none" else scorer(p, attention, memory)

    previous = drop("target", F.embedding(target, p["target.embedding"]))
    # What enters the first layer's cell beside the word: the context, or the attentional vector, or nothing.
    beside = p["decoder.context"] if before else p.get("decoder.feed")
    weights = [cell.weights(p, layer_name("decoder", layer)) for layer in range(options["decoderLayers"])]
    if beside is not None:
        weights[0][0] = torch.cat([weights[0][0], reordered(beside, *cell.gates)], 1)
    between = [
        None if layer == 0 else drop(layer_name("decoder", layer), torch.ones(len(target), options["hidden"]).double())
        for layer in range(options["decoderLayers"])
    ]
    coverage, fed = torch.zeros(len(source)).double(), torch.zeros(options["embedding"]).double()
    noise = options.get("noise")
    maps, again, readouts = [], [], []
    for time, word in enumerate(previous):

        def attend(query):
            if look is None:
                return summary
            found, context = look(query, coverage, None if noise is None else noise[time])
            maps.append(found)
            return context

        context = attend(states[0][0][0]) if before else None
        x = torch.cat([word, context] if before else [word, fed] if options["inputFeeding"] else [word])
        for layer in range(options["decoderLayers"]):
            read = x if layer == 0 else x * between[layer][time]
            states[layer] = cell.step(read[None], states[layer], weights[layer])
            output = states[layer][0][0]
            x = output + x if options["residual"] and layer > 0 else output
        if not before:
            context = attend(x)
        seen = p["readout.state"] @ x + p["readout.context"] @ context + p["readout.bias"]
        fed = torch.tanh(seen + p["readout.word"] @ word if before else seen)
        readouts.append(fed)
        if options["coverage"] > 0:
            again.append(options["coverage"] * torch.minimum(maps[-1], coverage).sum())
            coverage = coverage + maps[-1]
    logits = F.linear(drop("readout", torch.stack(readouts)), p["target.embedding"], p["output.bias"])
    looked = torch.stack(maps) if maps else None
    if looked is not None and looked.dim() == 3:
        looked = looked.mean(1)
    return logits, looked, torch.stack(again) if again else None


answer_with(sentence_logits)
