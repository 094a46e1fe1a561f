"""An optimizer of torch.optim after clipping, decay on matrices only: the parameters after each of the given gradients."""
import torch

from exchange import answer


def optimizer_of(options, groups, rate):
    optimizer = options["optimizer"]
    match optimizer["kind"]:
        case "sgd":
            return torch.optim.SGD(groups, lr=rate, momentum=optimizer["momentum"], nesterov=optimizer["nesterov"])
        case "rmsprop":
            constants = {"alpha": optimizer["alpha"], "eps": optimizer["epsilon"], "momentum": optimizer["momentum"]}
            return torch.optim.RMSprop(groups, lr=rate, **constants)
        case "adam" | "adamw" as kind:
            adam = torch.optim.AdamW if kind == "adamw" else torch.optim.Adam
            return adam(groups, lr=rate, betas=(optimizer["beta1"], optimizer["beta2"]), eps=optimizer["epsilon"])


def respond(tensors, options):
    parameters = {n.removeprefix("start."): torch.nn.Parameter(t) for n, t in tensors.items() if n.startswith("start.")}
    matrices = [p for p in parameters.values() if p.dim() > 1]
    others = [p for p in parameters.values() if p.dim() <= 1]
    groups = [{"params": matrices, "weight_decay": options["weightDecay"]}, {"params": others, "weight_decay": 0.0}]
    optimizer = optimizer_of(options, groups, options["rates"][0])
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
