"""Trains nothing and tells of it: writer_run.py MODULE FOLDER STEPS [MILLISECONDS a step], until it is killed or comes to its end."""
import json
import pathlib
import sys
import time

import numpy

sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))
from attention_scope import Run  # noqa: E402

folder, steps = sys.argv[2], int(sys.argv[3])
pause = float(sys.argv[4]) / 1000 if len(sys.argv) > 4 else 0
with Run(folder, {"name": "written", "rate": numpy.float32(0.5), "path": pathlib.PurePosixPath("a/b")}, resume=True, total_steps=steps, parameters=7) as run:
    print(json.dumps(run.from_step), flush=True)
    for step in range(run.from_step + 1, steps + 1):
        time.sleep(pause)
        run.log(step, loss=numpy.float32(8) / step, learning_rate=0.5, accuracy=float("nan") if step == 2 else 1 - 1 / step)
        if step % 5 == 0:
            run.validation(step, 4 / step, bleu=step)
            with run.saving(step) as checkpoint:
                for name in ("model.bin", "optimizer.bin"):
                    (checkpoint / name).write_bytes(bytes([step % 256]) * 100_000)
            weights = numpy.full((2, 3, 4), 1 / 4, "float32")
            run.probe(step, [{"source": list("abcd"), "target": ["x", "y", "é"], "maps": {"cross": [weights * step, weights]}, "gold": [(0, 1, True), (2, 3, False)]}])
            run.sample(step, "abcd", "xyz", reference="xyé")
        if not run.goes_on():
            break
