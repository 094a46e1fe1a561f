"""What Attention Scope shows, written from Python: a training as a run directory, captured attention as one file.

One file to copy beside a script: Python 3.9 or later and numpy; PyTorch where `capture` is used.

    from attention_scope import Run, attentions, capture, save_trace

    with Run("runs/mine", {"learning_rate": 1e-3}, total_steps=1000) as run:
        for step, batch in enumerate(batches, start=1):
            run.log(step, loss=train(batch))

What is in a run directory: docs/run-directory.md of Attention Scope; in a trace file: its docs/python.md.
"""
from __future__ import annotations

import atexit
import contextlib
import datetime
import inspect
import itertools
import json
import math
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

import numpy

__all__ = ["Run", "attentions", "capture", "save_trace", "side"]

KINDS = ("encoder", "decoder", "cross")
LOOK = 0.2
ASIDE = ".aside"
REPLACED = ".replaced"


class Run:
    """A training as a run directory, which the editor follows while it is written.

    Every event is on the disk when its method returns, and files appear whole: a process killed at any instant leaves a run
    that can be read, and resumed. One process at a time writes a run.

    folder        of this run alone; runs of one folder are shown together
    config        whatever is to be told of it, as JSON has it; a run is resumed only with the same
    resume        go on with the run that is there, if one is
    from_step     the step whose state you have restored; None: that of the last checkpoint that was told, else 0
    total_steps   how many there will be, where that is known
    parameters    of the model

    Raises FileExistsError where a run is there and `resume` is not given; BlockingIOError where another process writes it;
    ValueError where the config is another; OSError.
    """

    def __init__(self, folder, config=None, *, resume=False, from_step=None, total_steps=None, parameters=None):
        self.folder = pathlib.Path(os.path.abspath(folder))
        self._events = self.folder / "events.jsonl"
        self._lock = threading.Lock()
        self._usage = _usage()
        self._next_look, self._goes_on = 0.0, True
        self._open = False
        for path in (self.folder, self.folder / "checkpoints", self.folder / "probes"):
            path.mkdir(parents=True, exist_ok=True)
        # A cell of a notebook that is run again takes over.
        if self.folder in _writing:
            _writing[self.folder].close()
        self._writer = _Writer(self.folder)
        try:
            self._begin(_plain(config), resume, from_step, total_steps, parameters)
        except BaseException:
            self._writer.release()
            raise
        _writing[self.folder] = self
        atexit.register(self.close)

    def _begin(self, config, resume, from_step, total_steps, parameters):
        record = self.folder / "run.json"
        known = _read_json(record)
        if record.exists():
            if not resume:
                raise FileExistsError(f"{self.folder} already holds a run: give resume=True to go on with it, or another folder.")
            if not isinstance(known, dict) or known.get("format") != "attention-scope-run":
                raise ValueError(f"{record} is not a run's record: start a new run in another folder.")
            _check_same(known.get("config"), config, self.folder)
        for path in (self.folder, self.folder / "checkpoints", self.folder / "probes"):
            _tidy(path)
        (self.folder / "control.json").unlink(missing_ok=True)
        if not record.exists():
            _write_file(record, json.dumps(_record(config or {}), indent=2).encode() + b"\n")
        attempt, checkpoint, validations = 0, 0, {}
        for event in _read_events(self._events):
            attempt = max(attempt, event["attempt"])
            if event["type"] == "checkpoint":
                checkpoint = event["step"]
            elif event["type"] == "validation":
                validations[event["step"]] = event
        self.attempt = attempt + 1
        self.from_step = from_step = checkpoint if from_step is None else from_step
        self._best = _best_before(validations.values(), from_step)
        self._step = from_step
        self._open = True
        about = {"parameters": parameters, "totalSteps": total_steps}
        about = {key: value for key, value in about.items() if value is not None}
        if self.attempt == 1:
            self._append("started", from_step, about)
        else:
            self._append("resumed", from_step, {"fromStep": from_step, **about})

    def log(self, step, loss=None, **metrics):
        """Tells numbers of a step: the loss, and any others by name.

        Names that Attention Scope knows: `likelihood` (negative log-likelihood a token), `learning_rate`, `gradient_norm`,
        `tokens_per_second`, `epoch`; `memory` in bytes and `processors`, the cores that were busy, where you know better than
        what this process uses, which is told otherwise.
        """
        told = {} if loss is None else {"loss": loss}
        before, self._usage = self._usage, _usage()
        numbers = {_STEP_KEYS.get(name, name): value for name, value in metrics.items()}
        self._append("step", step, {**_spent(before, self._usage), **told, **numbers})

    def validation(self, step, likelihood=None, *, best=None, **metrics):
        """Tells measures of held-out examples, the one that the run is judged by first.

        `likelihood` is the negative log-likelihood a token. `best` says whether it is the best so far; left out, it is found by
        the first measure, else by the likelihood: smaller is better of likelihoods, perplexities, losses and errors, larger of others.
        """
        told = {"metrics": metrics}
        if likelihood is not None:
            likelihood = float(likelihood)
            told = {"likelihood": likelihood, "perplexity": math.exp(min(likelihood, 700)), **told}
        judged = _judged(_plain(told))
        better = judged is not None and (self._best is None or judged < self._best)
        if best or (best is None and better):
            self._best = judged
        self._append("validation", step, {**told, "best": better if best is None else bool(best)})

    def sample(self, step, source, target, reference=""):
        """Tells a held-out text as the model answers it now."""
        self._append("sample", step, {"source": str(source), "target": str(target), "reference": str(reference)})

    def checkpoint(self, step, folder):
        """Tells of a checkpoint that is there: a folder or file, by its path or by its path within the run's folder."""
        path = self.folder / folder
        if not path.exists():
            raise FileNotFoundError(f"There is no checkpoint {path}: tell of it once it is written, or write it within `saving`.")
        self._append("checkpoint", step, {"folder": pathlib.PurePath(os.path.relpath(path, self.folder)).as_posix()})

    @contextlib.contextmanager
    def saving(self, step):
        """Gives a folder to write a checkpoint into; with the end of the block it appears whole, as checkpoints/<step>.

            with run.saving(step) as folder:
                torch.save(model.state_dict(), folder / "model.pt")
        """
        path = self.folder / "checkpoints" / _step_name(step)
        aside = _aside(path)
        aside.mkdir()
        try:
            yield aside
            _sync_tree(aside)
            _replace_folder(path, aside)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        self.checkpoint(step, path)

    def probe(self, step, examples):
        """Writes the attention of a few held-out examples, the same at every step, to be watched as it forms.

        Each is a dictionary: `source`, a list of tokens; `target`, another, where there is one; `maps` as `attentions` and
        `capture` give them; `gold`, where it is known, a list of `(target, source, sure)` by the tokens' numbers.
        """
        tensors, metadata = {}, {}
        for number, example in enumerate(examples):
            source, target = list(example["source"]), example.get("target")
            maps = _checked(example["maps"], len(source), None if target is None else len(target))
            tensors[str(number)] = _best_map(maps)
            tensors.update((f"{number}.{name}", weights) for name, weights in _named(maps))
            metadata[f"{number}.source"] = json.dumps(source, ensure_ascii=False)
            if target is not None:
                metadata[f"{number}.target"] = json.dumps(list(target), ensure_ascii=False)
            if example.get("gold") is not None:
                metadata[f"{number}.gold"] = json.dumps([[int(t), int(s), int(bool(sure))] for t, s, sure in example["gold"]])
        _write_file(self.folder / "probes" / f"{_step_name(step)}.safetensors", _safetensors(tensors, metadata))

    def goes_on(self):
        """Whether to train on; to be asked after a step. Waits while somebody has paused the run; False once they stop it.

        What they wish is read five times a second at most, so that asking costs short steps nothing.
        """
        if time.monotonic() < self._next_look:
            return self._goes_on
        wish = self._wish()
        if wish == "pause":
            self._append("paused", self._step, {})
            while wish == "pause":
                time.sleep(0.5)
                wish = self._wish() or wish
            if wish != "stop":
                self._append("continued", self._step, {})
        self._goes_on = wish != "stop"
        self._next_look = time.monotonic() + LOOK
        return self._goes_on

    def _wish(self):
        wish = _read_json(self.folder / "control.json")
        wish = wish.get("wish") if isinstance(wish, dict) else None
        return wish if wish in ("pause", "run", "stop") else None

    def finish(self, reason="all-epochs", best_step=None):
        """The run has come to its end; nothing is told of it any more."""
        self._end("finished", {"reason": reason, "bestStep": self._step if best_step is None else best_step})

    def stop(self):
        """The run ends here and can be resumed."""
        self._end("stopped", {})

    def fail(self, message):
        """The run ends here, for the reason given."""
        self._end("failed", {"message": str(message)})

    def close(self):
        """Ends the writing without saying why: the run shows as interrupted. After `finish`, `stop` or `fail` it does nothing."""
        self._open = False
        self._writer.release()
        if _writing.get(self.folder) is self:
            del _writing[self.folder]
        atexit.unregister(self.close)

    def __enter__(self):
        return self

    def __exit__(self, kind, thrown, _traceback):
        if not self._open:
            return
        # sys.exit() ends a script that has done what it was to do.
        if kind is None or (issubclass(kind, SystemExit) and thrown.code in (None, 0)):
            self.finish() if self._wish() != "stop" else self.stop()
        elif issubclass(kind, KeyboardInterrupt):
            self.stop()
        else:
            with contextlib.suppress(OSError):
                self.fail(f"{kind.__name__}: {thrown}")
            self.close()

    def _end(self, kind, fields):
        self._append(kind, self._step, fields)
        self.close()

    def _append(self, kind, step, fields):
        if not self._open:
            raise ValueError(f"The run in {self.folder} has ended: nothing can be told of it any more.")
        if not isinstance(step, (int, numpy.integer)) or isinstance(step, bool) or step < 0:
            raise ValueError(f"A step is {step!r}; a whole number from 0 is expected.")
        own = {"type", "attempt", "time"} & set(fields)
        if own:
            raise ValueError(f"A number is named {', '.join(sorted(own))}, which is a key of every event: give it another name.")
        self._step = max(self._step, int(step))
        event = {"type": kind, **_plain(fields), "attempt": self.attempt, "step": int(step), "time": _now()}
        line = json.dumps(event, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        with self._lock, open(self._events, "ab+", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end > 0:
                file.seek(end - 1)
                # A line that a killed writer tore is ended as it stands.
                line = line if file.read(1) == b"\n" else b"\n" + line
            while line:
                line = line[file.write(line):]
            os.fsync(file.fileno())


# By folder, the runs that this process writes.
_writing = {}

_STEP_KEYS = {"learning_rate": "learningRate", "gradient_norm": "gradientNorm", "tokens_per_second": "tokensPerSecond"}

# Words of a measure's name by which it is an error: trainer/runs/better.ts of Attention Scope has the same.
_LOWER_IS_BETTER = frozenset(
    """
    loss losses error errors err cost regret distance divergence
    perplexity ppl likelihood nll entropy crossentropy ce bce kl bits bpc bpb bpw
    wer cer ter ser der eer aer
    mae mape smape mse msle rmse nrmse rmsle hinge logcosh
    brier ece fid
    """.split()
)


def _is_lower_better(name):
    """By the words of a name: "valRMSE" is "val", "RMSE"."""
    return any(word.lower() in _LOWER_IS_BETTER for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


def _judged(told):
    """What validations are compared by, smaller being better; None where there is nothing."""
    name, value = next(iter(told["metrics"].items()), ("likelihood", told.get("likelihood")))
    if not isinstance(value, (int, float)):
        return None
    return value if _is_lower_better(name) else -value


def _best_before(validations, step):
    """The best of these up to a step."""
    judged = (_judged(event) for event in validations if event["step"] <= step and isinstance(event.get("metrics"), dict))
    return min((value for value in judged if value is not None), default=None)


def _record(config):
    torch = sys.modules.get("torch")
    versions = {"python": platform.python_version(), "numpy": numpy.__version__}
    if torch is not None:
        versions["torch"] = str(torch.__version__)
    return {"format": "attention-scope-run", "formatVersion": 1, "config": config, "versions": versions, "started": _now()}


def _check_same(known, config, folder):
    if config is None:
        return
    known, config = known if isinstance(known, dict) else {}, json.loads(json.dumps(config))
    changed = [key for key in {**known, **config} if key not in known or key not in config or known[key] != config[key]]
    if changed:
        raise ValueError(f"{folder} cannot be resumed: {', '.join(changed)} of its config changed. Undo that, or start a new run in another folder.")


def _read_events(path):
    """The events that are whole, in their order."""
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        for line in file:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and all(isinstance(event.get(key), kind) for key, kind in (("type", str), ("attempt", int), ("step", int))):
                yield event


class _Writer:
    """writer.json: names the process that writes a run, and is touched every five seconds while it does."""

    BEAT, STOPPING, ELSEWHERE, TORN = 5, 5, 30, 1

    def __init__(self, folder):
        self.path = folder / "writer.json"
        self._self = {"pid": os.getpid(), "host": socket.gethostname()}
        started = _started(os.getpid())
        if started is not None:
            self._self["started"] = started
        self._claim()
        self._released = threading.Event()
        threading.Thread(target=self._beat, name="attention-scope-writer", daemon=True).start()

    def _claim(self):
        began, stamp, changes, since = time.monotonic(), None, -1, 0.0
        while True:
            try:
                with open(self.path, "x", encoding="utf-8") as file:
                    json.dump(self._self, file)
                return
            except FileExistsError:
                found = self._look()
            if found is None:
                continue
            now = time.monotonic()
            if found != stamp:
                stamp, since, changes = found, now, changes + 1
            if self._is_gone(found[1], now - began, now - since, changes):
                self._take_away(found)
            else:
                time.sleep(0.1)

    def _is_gone(self, text, waited, unchanged, changes):
        writer = _parse_json(text)
        if not isinstance(writer, dict) or not isinstance(writer.get("pid"), int):
            return unchanged > self.TORN
        if writer.get("host") != self._self["host"]:
            # One on another machine is known to live only by its beats.
            if changes == 0:
                return unchanged > self.ELSEWHERE
        elif not _is_alive(writer["pid"], writer.get("started")):
            return True
        elif waited <= self.STOPPING:
            return False
        raise BlockingIOError(
            f"Process {writer['pid']} on {writer.get('host')} is training into {self.path.parent}. "
            f"Wait for it, stop it, or name another folder; if it is no training, remove {self.path}."
        )

    def _look(self):
        try:
            return self.path.stat().st_mtime_ns, self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def _take_away(self, found):
        """Removes the file of a writer that is gone; where another was quicker, theirs is put back."""
        aside = self.path.with_name(f"writer.json.{os.getpid()}.gone")
        with contextlib.suppress(FileNotFoundError):
            os.replace(self.path, aside)
            if (aside.stat().st_mtime_ns, aside.read_text(encoding="utf-8", errors="replace")) == found:
                aside.unlink()
            else:
                os.replace(aside, self.path)

    def _beat(self):
        while not self._released.wait(self.BEAT):
            with contextlib.suppress(OSError):
                os.utime(self.path)

    def release(self):
        self._released.set()
        # A process that was forked off is not the writer, and who was frozen for long was taken for dead.
        if self._self["pid"] == os.getpid() and _read_json(self.path) == self._self:
            self.path.unlink(missing_ok=True)


def _started(pid):
    """A text that is another where a process's number is used anew; None where there is no telling."""
    try:
        if sys.platform == "linux":
            boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            # It has ended, and only waits to be asked how.
            return None if fields[0] in "ZXx" else f"{boot} {fields[19]}"
        if sys.platform != "win32":
            environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
            told = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=True, env=environment)
            return " ".join(told.stdout.split()) or None
    except (OSError, IndexError, subprocess.CalledProcessError):
        pass
    return None


def _is_alive(pid, started):
    if sys.platform == "win32":
        import ctypes

        # There os.kill would end it. 0x1000: PROCESS_QUERY_LIMITED_INFORMATION.
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started is None or _started(pid) == started


def capture(model):
    """Within the block, keeps what every nn.MultiheadAttention of a PyTorch model looks at; the model answers as without it.

        with capture(model) as captured:
            model(batch)
        maps = captured.maps()

    Raises ValueError where the model has none.
    """
    import torch

    attending = [(name, module) for name, module in model.named_modules() if isinstance(module, torch.nn.MultiheadAttention)]
    if not attending:
        raise ValueError(f"{type(model).__name__} has no torch.nn.MultiheadAttention: give what it gives back to `attentions`, or your own arrays.")
    # Encoder layers compute all at once, past their attention, where their activation is ReLU or GELU (torch.nn.TransformerEncoderLayer).
    fast = [module for module in model.modules() if isinstance(module, torch.nn.TransformerEncoderLayer)]
    return _capturing(attending, fast)


@contextlib.contextmanager
def _capturing(attending, fast):
    captured = Captured()
    with contextlib.ExitStack() as restored:
        for layer in fast:
            restored.callback(_swap(layer, "activation_relu_or_gelu", 0))
        for name, module in attending:
            restored.callback(_swap(module, "forward", _telling(name, module.forward, captured)))
        yield captured


def _swap(module, name, value):
    own = vars(module)
    if name in own:
        before = own[name]
        own[name] = value
        return lambda: own.update({name: before})
    own[name] = value
    return lambda: own.pop(name, None)


def _telling(name, forward, captured):
    signature = inspect.signature(forward)

    def told(query, key, value, *args, **kwargs):
        given = signature.bind(query, key, value, *args, **kwargs)
        given.apply_defaults()
        wanted, mean = given.arguments["need_weights"], given.arguments["average_attn_weights"]
        given.arguments.update(need_weights=True, average_attn_weights=False)
        output, weights = forward(*given.args, **given.kwargs)
        captured.add(name, key is not query, _array(weights))
        # Heads are the last axis but two, with a batch or without.
        return output, (weights.mean(dim=-3) if mean else weights) if wanted else None

    return told


class Captured:
    """What the layers of a model looked at, in the order in which they were asked: `calls` of `(name, kind, weights)`, with
    weights float32 `[batch, head, query, key]`."""

    def __init__(self):
        self.calls = []

    def add(self, name, is_cross, weights):
        weights = weights if weights.ndim == 4 else weights[None]
        kind = "cross" if is_cross else "decoder" if "decoder" in name.lower() or _looks_back(weights) else "encoder"
        self.calls.append((name, kind, weights))

    def maps(self, example=0, *, source_mask=None, target_mask=None):
        """By kind, a list of layers: float32 `[head, query, key]` of one example of the batch; of a layer that was asked several
        times, the last. Masks as `attentions` takes them."""
        last = {name: (kind, weights) for name, kind, weights in self.calls}
        found = {kind: [weights[example] for own, weights in last.values() if own == kind] for kind in KINDS}
        return _masked({kind: layers for kind, layers in found.items() if layers}, source_mask, target_mask)


def attentions(outputs, example=0, *, source_mask=None, target_mask=None):
    """The attention in what a model of Hugging Face's transformers gave back with `output_attentions=True`, also from `generate`
    with `return_dict_in_generate=True`.

    Gives, by kind (`encoder`, `decoder`, `cross`), a list of layers: float32 `[head, query, key]`. `example` is its place in the
    batch; masks, 1 for each token to keep, take the padding out.

    Raises ValueError where there is none.
    """
    found = {}
    for name, kind in (("encoder_attentions", "encoder"), ("decoder_attentions", "decoder"), ("cross_attentions", "cross"), ("attentions", None)):
        layers = outputs.get(name) if isinstance(outputs, dict) else getattr(outputs, name, None)
        if not layers or any(layer is None for layer in layers):
            continue
        # `generate` gives the layers of each step.
        maps = _joined(layers, example) if isinstance(layers[0], (tuple, list)) else [_array(layer)[example] for layer in layers]
        found[kind or ("decoder" if all(map(_looks_back, maps)) else "encoder")] = maps
    if not found:
        raise ValueError("There is no attention in these outputs: load the model with attn_implementation=\"eager\" and ask it with output_attentions=True.")
    return _masked(found, source_mask, target_mask)


def _joined(steps, example):
    layers = []
    for layer in zip(*steps):
        rows = [_array(step)[example] for step in layer]
        keys = max(row.shape[-1] for row in rows)
        layers.append(numpy.concatenate([numpy.pad(row, ((0, 0), (0, 0), (0, keys - row.shape[-1]))) for row in rows], axis=1))
    return layers


def _looks_back(weights):
    """Whether no token looked at one behind it. What the last token does not see at the beginning is padding, whose own rows say nothing."""
    heads, queries, keys = weights.shape[-3:]
    if queries != keys:
        return False
    several = False
    for example in weights.reshape(-1, heads, queries, keys):
        start = example[:, -1].any(axis=0).argmax()
        several |= bool(keys - start > 1)
        if numpy.triu(example[:, start:, start:], 1).any():
            return False
    return several


def _masked(maps, source_mask, target_mask):
    source, target = (None if mask is None else numpy.flatnonzero(_array(mask)) for mask in (source_mask, target_mask))
    # What writes without having read something else has one side.
    own = target if "cross" in maps else source
    sides = {"encoder": (source, source), "decoder": (own, own), "cross": (target, source)}
    return {kind: [_kept(layer, *sides[kind]) for layer in layers] for kind, layers in maps.items()}


def _kept(weights, queries, keys):
    weights = weights if queries is None else weights[:, queries]
    return weights if keys is None else weights[:, :, keys]


def side(text, tokens, offsets):
    """A text with its tokens, for `save_trace`. Offsets are `(start, end)` in the text's characters, as the `offset_mapping` of fast
    tokenizers has them."""
    if len(tokens) != len(offsets):
        raise ValueError(f"There are {len(tokens)} tokens and {len(offsets)} offsets; one for each is expected.")
    # JavaScript counts in UTF-16: what lies beyond the first 65,536 characters counts twice.
    units = [0, *itertools.accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]
    return {"text": text, "tokens": [{"text": str(token), "start": units[start], "end": units[end]} for token, (start, end) in zip(tokens, offsets)]}


def _side(given):
    if isinstance(given, dict):
        return given
    tokens = [str(token) for token in given]
    ends = list(itertools.accumulate(len(token) + 1 for token in tokens))
    return side(" ".join(tokens), tokens, [(end - len(token) - 1, end - 1) for token, end in zip(tokens, ends)])


def save_trace(path, source, maps, target=None, *, model=""):
    """Writes what a model looked at over one text into one file, `*.trace.safetensors`.

    source, target   lists of tokens, or what `side` makes of a text; `target` where the model read one text and wrote another
    maps             by kind, layers `[head, query, key]`, as `attentions` and `capture` give them
    model            its name, for people

    Raises ValueError where maps and tokens do not go together.
    """
    path = pathlib.Path(path)
    if not path.name.endswith(".trace.safetensors"):
        raise ValueError(f"{path} should end in .trace.safetensors: by that the editor knows it.")
    source, target = _side(source), None if target is None else _side(target)
    maps = _checked(maps, len(source["tokens"]), None if target is None else len(target["tokens"]))
    metadata = {"format": "attention-scope-trace", "formatVersion": "1", "model": str(model), "source": json.dumps(source, ensure_ascii=False)}
    if target is not None:
        metadata["target"] = json.dumps(target, ensure_ascii=False)
    _write_file(path, _safetensors(dict(_named(maps)), metadata))


def _checked(maps, sources, targets):
    """Maps as float32 `[head, query, key]`, as many queries and keys as there are tokens."""
    if not sources or targets == 0:
        raise ValueError("There are no tokens; one or more are expected.")
    own = sources if targets is None else targets
    sides = {"encoder": (sources, sources), "decoder": (own, own), "cross": (targets, sources)}
    checked = {}
    for kind, layers in maps.items():
        if kind not in sides or (kind == "cross" and targets is None):
            raise ValueError(f"Maps of kind {kind!r}; {', '.join(KINDS)} are expected, and cross only with a target.")
        checked[kind] = []
        for layer, weights in enumerate(layers):
            weights = _array(weights)
            weights = weights[None] if weights.ndim == 2 else weights
            if weights.ndim != 3 or weights.shape[1:] != sides[kind]:
                raise ValueError(f"Map {kind}.{layer} is of shape {list(weights.shape)}; [head, {', '.join(map(str, sides[kind]))}] is expected, as there are tokens.")
            checked[kind].append(weights)
    if not any(checked.values()):
        raise ValueError("No maps were given.")
    return {kind: checked[kind] for kind in KINDS if checked.get(kind)}


def _named(maps):
    return [(f"{kind}.{layer}", weights) for kind, layers in maps.items() for layer, weights in enumerate(layers)]


def _best_map(maps):
    """Of what looks at another text, else back, else around: the mean of a layer's heads, of the layer before the last."""
    layers = maps.get("cross") or maps.get("decoder") or maps["encoder"]
    return layers[max(len(layers) - 2, 0)].mean(axis=0)


def _safetensors(tensors, metadata):
    """A file of float32 tensors by name (huggingface/safetensors, "Format")."""
    header, end = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        start, end = end, end + values.size * 4
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, end]}
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "replace")
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(numpy.ascontiguousarray(values, "<f4").tobytes() for values in tensors.values())])


def _array(values):
    """A tensor of whatever library, as float32."""
    if hasattr(values, "detach"):
        values = values.detach().float().cpu().numpy()
    return numpy.asarray(values, "float32")


def _plain(value):
    """Whatever a script holds, as JSON has it; what is no number is nothing there."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return value if isinstance(value, int) or math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(one) for one in value]
    if hasattr(value, "tolist"):
        return _plain(value.detach().tolist() if hasattr(value, "detach") else value.tolist())
    return str(value)


def _usage():
    return time.monotonic(), time.process_time()


def _spent(before, after):
    """Bytes resident, and cores that were busy in between."""
    seconds = after[0] - before[0]
    spent = {"processors": round((after[1] - before[1]) / seconds, 3)} if seconds > 0 else {}
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            spent["memory"] = int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return spent


def _step_name(step):
    return str(int(step)).zfill(8)


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parse_json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def _read_json(path):
    try:
        return _parse_json(path.read_bytes())
    except OSError:
        return None


_count = itertools.count()


def _aside(path):
    return path.with_name(f".{path.name}.{os.getpid()}-{next(_count)}{ASIDE}")


def _write_file(path, data):
    """Written aside, synced, renamed: there is the old content or the new one, never half."""
    aside = _aside(path)
    try:
        with open(aside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _replace_folder(path, aside):
    replaced = path.with_name(f".{path.name}{REPLACED}")
    if path.exists():
        os.replace(path, replaced)
    os.replace(aside, path)
    _sync_folder(path.parent)
    shutil.rmtree(replaced, ignore_errors=True)


def _tidy(folder):
    """Clears what killed writers left, and puts back what one had moved out of the way."""
    for path in folder.iterdir():
        if not path.name.startswith("."):
            continue
        if path.name.endswith(REPLACED):
            real = path.with_name(path.name[1 : -len(REPLACED)])
            shutil.rmtree(path, ignore_errors=True) if real.exists() else os.replace(path, real)
        elif path.name.endswith(ASIDE):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def _sync_tree(folder):
    for path in folder.iterdir():
        if path.is_dir():
            _sync_tree(path)
        else:
            with open(path, "rb+") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder):
    # Windows cannot open a folder to sync it.
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
