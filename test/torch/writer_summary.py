"""Writes a log as PyTorch programs do, with torch.utils.tensorboard, started again once: writer_summary.py FOLDER"""
import json
import sys

from torch.utils.tensorboard import SummaryWriter

folder = sys.argv[1]
writer = SummaryWriter(folder)
for step in range(1, 7):
    writer.add_scalar("Loss/train", 2.0 / step, step)
    writer.add_scalar("Accuracy/test", step / 8, step)
writer.add_scalar("Loss/train", float("nan"), 7)
writer.add_text("note", "no curve", 3)
writer.add_histogram_raw("weights", 0, 1, 2, 1, 1, [0.5, 1], [1, 1], 3)
# Longer than any scalar is.
writer.add_text("long", "x" * 2_000_000, 3)
writer.add_scalar("Accuracy/late", 0.5, 6)
writer.close()
again = SummaryWriter(folder, purge_step=5)
for step in range(5, 9):
    again.add_scalar("Loss/train", step / 4, step)
again.close()
json.dump(None, sys.stdout)
