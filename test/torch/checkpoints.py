"""Checkpoints as PyTorch and numpy write them, into a folder, and what their tensors hold: as float64, by "file/tensor"."""
import json
import os
import zipfile
from collections import OrderedDict

import numpy
import torch

from exchange import answer


class Net(torch.nn.Module):
    """Two layers that share a weight."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(5, 3)
        self.inner = torch.nn.Linear(3, 3)
        self.output = torch.nn.Linear(3, 5, bias=False)
        self.output.weight = self.embedding.weight

    def forward(self, values):
        return self.output(self.inner(values))


class Evil:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def views():
    grid = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    types = [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]
    return {
        "whole": grid,
        "transposed": grid.t(),
        "rows": grid[1:3],
        "columns": grid[:, 1:5:2],
        "expanded": torch.tensor([[1.5], [2.5]]).expand(2, 3),
        "permuted": torch.arange(24, dtype=torch.int16).reshape(2, 3, 4).permute(2, 0, 1),
        "scalar": torch.tensor(0.25),
        "empty": torch.zeros(0, 3),
        "truth": torch.tensor([True, False, True]),
        **{str(type).removeprefix("torch."): torch.tensor([1, 2, 100], dtype=type) for type in types},
    }


def pytorch(folder):
    torch.manual_seed(5)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=0.5)
    net(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    state = net.state_dict()
    nested = {"epoch": 3, "lr": 0.1, "model": state, "optimizer": optimizer.state_dict(), "history": [torch.ones(2), {"loss": torch.zeros(1)}]}
    saved = {"state.pt": state, "nested.pt": nested, "views.pt": views(), "single.pt": torch.tensor([1.0, 2.0]), "parameter.pt": {"weight": net.inner.weight}}
    for name, value in saved.items():
        torch.save(value, os.path.join(folder, name))
    for protocol in (3, 4, 5):
        torch.save(OrderedDict(state), os.path.join(folder, f"protocol{protocol}.pt"), pickle_protocol=protocol)
    with zipfile.ZipFile(os.path.join(folder, "state.pt")) as stored, zipfile.ZipFile(os.path.join(folder, "deflated.pt"), "w", zipfile.ZIP_DEFLATED) as deflated:
        for name in stored.namelist():
            deflated.writestr(name, stored.read(name))
    torch.save(state, os.path.join(folder, "legacy.pt"), _use_new_zipfile_serialization=False)
    torch.save(net, os.path.join(folder, "module.pt"))
    torch.save({"weight": Evil(f"touch {os.path.join(folder, 'harm')}")}, os.path.join(folder, "evil.pt"))
    torch.jit.script(net).save(os.path.join(folder, "script.pt"))

    sharded = os.path.join(folder, "sharded")
    os.mkdir(sharded)
    names = list(state)
    map_ = {}
    for index, part in enumerate([names[:1], names[1:]]):
        file = f"pytorch_model-{index + 1:05}-of-00002.bin"
        torch.save({name: state[name] for name in part}, os.path.join(sharded, file))
        map_.update({name: file for name in part})
    with open(os.path.join(sharded, "pytorch_model.bin.index.json"), "w") as file:
        json.dump({"metadata": {"total_size": 1}, "weight_map": map_}, file)

    reply = {f"state.pt/{name}": tensor for name, tensor in state.items()}
    reply.update({f"views.pt/{name}": tensor for name, tensor in saved["views.pt"].items()})
    for index, moments in nested["optimizer"]["state"].items():
        reply.update({f"nested.pt/optimizer.state.{index}.{name}": tensor for name, tensor in moments.items()})
    return reply


def arrays():
    random = numpy.random.default_rng(6)
    grid = random.standard_normal((3, 4, 5))
    types = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]
    return {
        **{type: (grid * 50 if type != "bool" else grid > 0).astype(type) for type in types if not type.startswith("uint")},
        **{type: numpy.abs(grid * 50).astype(type) for type in types if type.startswith("uint")},
        "fortran": numpy.asfortranarray(grid),
        "big": grid.astype(">f8"),
        "big_fortran": numpy.asfortranarray(grid).astype(">i2", order="F"),
        "transposed": grid.T,
        "scalar": numpy.float32(0.5),
        "empty": numpy.zeros((2, 0)),
        "row": numpy.asfortranarray(grid[:1, 0, :]),
    }


def numpy_files(folder):
    plain = arrays()
    for name, array in plain.items():
        numpy.save(os.path.join(folder, f"{name}.npy"), array)
    for version in (2, 3):
        with open(os.path.join(folder, f"version{version}.npy"), "wb") as file:
            numpy.lib.format.write_array(file, plain["float32"], version=(version, 0))
    numpy.savez(os.path.join(folder, "stored.npz"), **plain)
    numpy.savez_compressed(os.path.join(folder, "deflated.npz"), **plain)
    structured = numpy.zeros(2, dtype=[("a", "f4"), ("b", "i8")])
    objects = numpy.array([{}, None], dtype=object)
    numpy.save(os.path.join(folder, "structured.npy"), structured)
    numpy.save(os.path.join(folder, "objects.npy"), objects)
    numpy.savez(os.path.join(folder, "mixed.npz"), good=plain["int8"], structured=structured, objects=objects, texts=numpy.array(["été", "a"]))
    return {name: torch.from_numpy(numpy.array(array, dtype="float64")) for name, array in plain.items()}


def measured(folder):
    """Statistics as numpy computes them, in float64."""
    random = numpy.random.default_rng(7)
    normal = random.standard_normal(300_000)
    special = normal[:1000].copy()
    special[::100] = numpy.nan
    special[1::100] = numpy.inf
    special[2::100] = -numpy.inf
    special[3::50] = 0
    cases = {
        "normal64": normal,
        "normal32": normal.astype("float32"),
        "normal16": normal.astype("float16"),
        "whole8": (normal * 40).clip(-128, 127).astype("int8"),
        "whole64": (normal * 2.0**40).astype("int64"),
        "truth": normal > 1,
        "far": normal * 1e-3 + 1e6,
        "special": special,
        "large": normal[:1000] * 1e306,
        "small": normal[:1000] * 1e-310,
        "edges": numpy.arange(0, 65) / 64,
    }
    numpy.savez(os.path.join(folder, "cases.npz"), **cases)
    brain = torch.from_numpy(normal).to(torch.bfloat16)
    torch.save({"brain": brain}, os.path.join(folder, "brain.pt"))
    cases["brain"] = brain.double().numpy()
    reply = {}
    for name, array in cases.items():
        values = array.astype("float64")
        finite = values[numpy.isfinite(values)]
        # As wide as numpy can: squares of the large ones are beyond float64.
        mean = finite.astype("longdouble").mean()
        deviation = numpy.sqrt(((finite.astype("longdouble") - mean) ** 2).mean())
        counts = [(values == 0).sum(), numpy.isnan(values).sum(), numpy.isinf(values).sum()]
        reply[f"{name}/statistics"] = torch.tensor([finite.min(), finite.max(), float(mean), float(deviation), *counts], dtype=torch.float64)
        # numpy fails at both ends of float64; a power of two moves no value into another bin.
        scaled = finite * {"large": 2.0**-16, "small": 2.0**900}.get(name, 1)
        reply[f"{name}/histogram"] = torch.from_numpy(numpy.histogram(scaled, 64)[0].astype("float64"))
    return reply


def respond(tensors, options):
    reply = {"pytorch": pytorch, "numpy": numpy_files, "statistics": measured}[options["what"]](options["folder"])
    return {name: tensor.double() for name, tensor in reply.items()}


answer(respond)
