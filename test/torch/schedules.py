"""A schedule of torch.optim.lr_scheduler: the rate of each of so many steps."""
import torch

from exchange import answer


def scheduler_of(optimizer, options):
    rate, total, schedule = options["rate"], options["total"], options["schedule"]
    match schedule["kind"]:
        case "step":
            return torch.optim.lr_scheduler.StepLR(optimizer, schedule["every"], schedule["factor"])
        case "cosine":
            return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total, eta_min=schedule["floor"] * rate)
        case "one-cycle":
            # PyTorch divides: the peak by the first for the start, the start by the second for the end.
            return torch.optim.lr_scheduler.OneCycleLR(
                optimizer, max_lr=rate, total_steps=total, pct_start=schedule["peakAt"],
                anneal_strategy="cos" if schedule["curve"] == "cosine" else "linear",
                div_factor=1 / schedule["start"], final_div_factor=schedule["start"] / schedule["end"],
                cycle_momentum=False,
            )


def respond(tensors, options):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=options["rate"])
    scheduler = scheduler_of(optimizer, options)
    rates = []
    for step in range(options["total"]):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < options["total"]:
            scheduler.step()
    return {"rates": torch.tensor(rates, dtype=torch.float64)}


answer(respond)
