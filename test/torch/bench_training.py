"""What a step of training is in PyTorch, whatever the model: backward, clipping by the global norm, AdamW."""

import inspect

import torch


class Training:
    def __init__(self, model, settings):
        self.model, self.settings = model.train(), settings
        # The quickest form that this version has.
        fused = {"fused": True} if "fused" in inspect.signature(torch.optim.AdamW).parameters else {}
        try:
            self.optimizer = self.adamw(**fused)
        except RuntimeError:
            self.optimizer = self.adamw()

    def adamw(self, **options):
        decays = [one for one in self.model.parameters() if one.dim() > 1]
        plain = [one for one in self.model.parameters() if one.dim() <= 1]
        groups = [{"params": decays, "weight_decay": self.settings["weightDecay"]}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=self.settings["learningRate"], betas=(0.9, 0.98), eps=1e-9, **options)

    def step(self, loss_of):
        """loss_of(model) is the mean loss of a batch."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = loss_of(self.model)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.settings["clipNorm"])
        self.optimizer.step()
        return loss.item()
