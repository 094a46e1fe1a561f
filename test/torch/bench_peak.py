"""What this machine can do: products of two matrices by torch.mm, for `npm run bench -- peak`.

    bench_peak.py THREADS

A request is {"rows", "inner", "columns", "count"}.
"""

import sys
import time

import torch

from bench_contestant import compete


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)

    def measure(request):
        left = torch.randn(request["rows"], request["inner"])
        right = torch.randn(request["inner"], request["columns"])
        product = torch.mm(left, right)
        times = []
        for _ in range(request["count"]):
            begin = time.perf_counter()
            torch.mm(left, right, out=product)
            times.append((time.perf_counter() - begin) * 1e3)
        return times

    compete(torch.nn.Module(), measure)


main()
