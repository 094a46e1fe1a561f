"""Gradients of the operators' test cases: of sum(cotangent * expression) by each differentiated operand."""
import torch
import torch.nn.functional as F

from exchange import answer


def respond(tensors, options):
    reply = {}
    for index, case in enumerate(options["cases"]):
        names = {name: tensors[f"{index}.{name}"] for name in case["operands"]}
        for operand in names.values():
            operand.requires_grad_(operand.is_floating_point())
        value = eval(case["expression"], {"torch": torch, "F": F, **names})
        (value * tensors[f"{index}.cotangent"]).sum().backward()
        for name, operand in names.items():
            if operand.is_floating_point():
                reply[f"{index}.{name}"] = torch.zeros_like(operand) if operand.grad is None else operand.grad
    return reply


answer(respond)
