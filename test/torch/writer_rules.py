"""What the writer decides by itself: writer_rules.py MODULE FOLDER NAMES, names of measures as JSON."""
import json
import pathlib
import sys
import time

import numpy

sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))
import attention_scope  # noqa: E402
from attention_scope import Captured, Run, attentions  # noqa: E402

folder = pathlib.Path(sys.argv[2])


def events(name):
    return [json.loads(line) for line in (folder / name / "events.jsonl").read_text().splitlines()]


def exited(name, code):
    try:
        with Run(folder / name, {}) as run:
            run.log(1, loss=1)
            sys.exit(code)
    except SystemExit:
        event = events(name)[-1]
        return {key: event[key] for key in ("type", "message") if key in event}


def padded(length, padding, looks_ahead=False, heads=2):
    """Softmax over what may be seen; a row that may see nothing sees all, as transformers has it."""
    seen = numpy.ones((length, length), bool) if looks_ahead else numpy.tril(numpy.ones((length, length), bool))
    seen[:, :padding] = False
    seen[~seen.any(-1)] = True
    return numpy.stack([seen / seen.sum(-1, keepdims=True)] * heads).astype("float32")


def kind_of(*examples):
    captured = Captured()
    captured.add("layer", False, numpy.stack(examples))
    return captured.calls[0][1]


def asked():
    """How often the wish is read while a script asks again and again, and how many seconds after it is written it is obeyed."""
    reads, read = [], attention_scope._read_json
    with Run(folder / "asked", {}) as run:
        attention_scope._read_json = lambda path: reads.append(path) or read(path)
        began = time.monotonic()
        while time.monotonic() - began < 0.5:
            run.goes_on()
        (folder / "asked" / "control.json").write_text('{"wish": "stop"}')
        wished = time.monotonic()
        while run.goes_on():
            pass
        obeyed = time.monotonic() - wished
        attention_scope._read_json = read
        return {"reads": len(reads), "obeyed": obeyed, "again": run.goes_on()}


with Run(folder / "own", {}) as run:
    run.log(1, loss=1, memory=5, processors=2.5)
    run.log(2, loss=1)
nothing = padded(5, 2)
nothing[:, :2] = numpy.nan
json.dump(
    {
        "words": sorted(attention_scope._LOWER_IS_BETTER),
        "lower": [name for name in json.loads(sys.argv[3]) if attention_scope._is_lower_better(name)],
        "own": [{key: event.get(key) for key in ("memory", "processors")} for event in events("own") if event["type"] == "step"],
        "exits": [exited(f"exit-{index}", code) for index, code in enumerate((None, 0, 3, "no data"))],
        "kinds": {
            "a batch of decoders, padded on the left": kind_of(padded(5, 0), padded(5, 2), padded(5, 4)),
            "rows of padding that are no numbers": kind_of(nothing, padded(5, 0)),
            "encoders, padded on the left": kind_of(padded(5, 0, True), padded(5, 2, True)),
            "one token alone": kind_of(padded(5, 4)),
        },
        "asked": asked(),
        "given": list(attentions({"attentions": (padded(5, 2)[None], padded(5, 2)[None])}, 0, source_mask=numpy.array([0, 0, 1, 1, 1]))),
    },
    sys.stdout,
)
