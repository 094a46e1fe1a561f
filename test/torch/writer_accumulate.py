"""Reads a folder as TensorBoard does, and prints its scalars: {tag: [[step, value, wall time], ...]}."""
import json
import math
import sys

from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0})
events.Reload()
# TensorBoard makes tensors of scalars on its way in.
scalars = {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
tensors = {
    tag: [[e.step, float(e.tensor_proto.float_val[0]) if e.tensor_proto.float_val else None, e.wall_time] for e in events.Tensors(tag)]
    for tag in events.Tags()["tensors"]
    if events.SummaryMetadata(tag).plugin_data.plugin_name == "scalars"
}
told = {**scalars, **tensors}
json.dump({tag: [[s, None if v is None or math.isnan(v) else v, t] for s, v, t in rows] for tag, rows in told.items()}, sys.stdout)
