"""The GRU translator with additive attention, out of PyTorch's own GRU."""
import torch
import torch.nn.functional as F

from translators import answer_with


def reordered(weight):
    """Our gates are update, reset, candidate; PyTorch's are reset, update, candidate."""
    update, reset, candidate = weight.chunk(3)
    return torch.cat([reset, update, candidate])


def gru_weights(p, name):
    return [reordered(p[f"{name}.{kind}"]) for kind in ("input", "recurrent", "input_bias", "recurrent_bias")]


def sentence_logits(p, source, target, drop, options):
    hidden = p["start.weight"].shape[0]
    words = drop("source", F.embedding(source, p["source.embedding"]))
    both = gru_weights(p, "encoder.forward") + gru_weights(p, "encoder.backward")
    memory, last = torch.gru(words[:, None], words.new_zeros(2, 1, hidden), both, True, 1, 0.0, True, True, False)
    memory = memory[:, 0]
    keys = F.linear(memory, p["attention.key"], p["attention.key_bias"])
    state = torch.tanh(F.linear(last[1], p["start.weight"], p["start.bias"]))

    previous = drop("target", F.embedding(target, p["target.embedding"]))
    input_weight, *weights = gru_weights(p, "decoder")
    input_weight = torch.cat([input_weight, reordered(p["decoder.context"])], 1)
    states, contexts = [], []
    for word in previous:
        energy = torch.tanh(keys + F.linear(state, p["attention.query"])) @ p["attention.energy"][0]
        context = energy.softmax(0)[None] @ memory
        state = torch.gru_cell(torch.cat([word[None], context], 1), state, input_weight, *weights)
        states.append(state)
        contexts.append(context)

    seen = torch.cat([previous, torch.cat(states), torch.cat(contexts)], 1)
    weight = torch.cat([p["readout.word"], p["readout.state"], p["readout.context"]], 1)
    readout = drop("readout", torch.tanh(F.linear(seen, weight, p["readout.bias"])))
    return F.linear(readout, p["target.embedding"], p["output.bias"])


answer_with(sentence_logits)
