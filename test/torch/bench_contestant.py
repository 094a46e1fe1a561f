"""One side of a race (test/bench/contestant.ts): says once that it is ready, then answers every line with one of JSON."""

import json
import sys

import torch


def blas():
    """Which BLAS the process has loaded; a wheel has one linked in."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "/" in line}
    for name in ("openblas-openmp", "openblas-pthread", "openblas-serial", "libopenblas", "libmkl", "libblas"):
        if any(name in path for path in paths):
            return name
    return "mkl" if torch.backends.mkl.is_available() else "unknown"


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def compete(model, measure):
    """`measure(request)` returns the milliseconds of each run."""
    parameters = sum(parameter.numel() for parameter in model.parameters())
    say(version=torch.__version__, parameters=parameters, blas=blas())
    for line in sys.stdin:
        say(times=measure(json.loads(line)), peakMegabytes=peak_megabytes())


def say(**fields):
    print(json.dumps(fields), flush=True)
