"""Loss and gradients of a translator that is written one unpadded sentence at a time, in double precision.

What a test sends: parameter.<name>; batch.<name>, the padded, time-major inputs of a training graph; dropout.<site>, masks
of shape [time * batch, features]. With options.guided, attention is guided by batch.alignment, [target * batch, source].
Hard attention draws with batch.gumbel.attention, of the same shape, which comes to it as options.noise.
"""
import torch
import torch.nn.functional as F

from exchange import answer


def answer_with(sentence_logits):
    """sentence_logits(parameters, source, target, drop, options) gives [target, vocabulary], and with it, where a model
    can be guided, its attention [target, source], and where it has a loss of its own, that of each word [target]."""

    def respond(tensors, options):
        named = lambda prefix: {n[len(prefix):]: t for n, t in tensors.items() if n.startswith(prefix)}
        parameters = {n: t.double().requires_grad_() for n, t in named("parameter.").items()}
        batch, masks = named("batch."), named("dropout.")
        rows = batch["source"].shape[1]
        labels, weights = (batch[n].reshape(-1, rows) for n in ("labels", "label_weights"))
        alignment = batch["alignment"].reshape(-1, rows, len(batch["source"])).double() if options.get("guided") else None
        loss, likelihood = 0, 0
        for row in range(rows):
            read, written = int((batch["source_bias"][row] == 0).sum()), int((weights[:, row] > 0).sum())
            if written == 0:
                continue

            def drop(site, x):
                if site not in masks:
                    return x
                return x * masks[site].double().reshape(-1, rows, x.shape[-1])[: len(x), row]

            source, target = batch["source"][:read, row], batch["target"][:written, row]
            noise = batch.get("gumbel.attention")
            own_noise = {} if noise is None else {"noise": noise.double().reshape(-1, rows, len(batch["source"]))[:written, row, :read]}
            given = sentence_logits(parameters, source, target, drop, options | own_noise)
            logits, attention, own = (*given, None)[:3] if isinstance(given, tuple) else (given, None, None)

            def mean(smoothing):
                losses = F.cross_entropy(logits, labels[:written, row], reduction="none", label_smoothing=smoothing)
                return (losses * weights[:written, row].double()).sum()

            if own is not None:
                loss = loss + (own * weights[:written, row].double()).sum()
            if alignment is not None:
                # As many target words have links as there are rows that sum to one.
                links = alignment[:written, row, :read] * attention.log()
                loss = loss - options["guided"] * links.sum() / alignment.sum().clamp(min=1)
            loss, likelihood = loss + mean(options["labelSmoothing"]), likelihood + mean(0.0)
        loss.backward()
        gradients = {f"gradient.{name}": parameter.grad.float() for name, parameter in parameters.items()}
        return {"loss": loss, "likelihood": likelihood, **gradients}

    answer(respond)
