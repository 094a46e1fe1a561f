"""torch.optim.AdamW after clipping, decay on matrices only: the parameters after each of the given gradients."""
import torch

from exchange import answer


def respond(tensors, options):
    parameters = {n.removeprefix("start."): torch.nn.Parameter(t) for n, t in tensors.items() if n.startswith("start.")}
    matrices = [p for p in parameters.values() if p.dim() > 1]
    others = [p for p in parameters.values() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": options["weightDecay"]}, {"params": others, "weight_decay": 0.0}],
        betas=(options["beta1"], options["beta2"]), eps=options["epsilon"],
    )
    reply = {}
    for step, rate in enumerate(options["rates"]):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for name, parameter in parameters.items():
            parameter.grad = tensors[f"gradient.{step}.{name}"].clone()
        reply[f"norm.{step}"] = torch.nn.utils.clip_grad_norm_(parameters.values(), options["clipNorm"])
        optimizer.step()
        reply |= {f"{name}.{step}": parameter.detach().clone() for name, parameter in parameters.items()}
    return reply


answer(respond)
