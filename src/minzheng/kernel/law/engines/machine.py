"""Machine code from the text of a loop: compiled once, kept on disk, run by all processors at once."""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import llvmlite
from llvmlite import binding
from numpy.typing import NDArray

from minzheng.kernel.law.engines.emitting import NAME

__all__ = ["Loop", "loop_of"]

log = logging.getLogger(__name__)

_BLOCK = 16_384  # households that one thread takes at a time
_SEAL = 32  # bytes before the code: its SHA-256


class Loop:
    """A compiled loop: fills arrays for households ``first`` up to ``end``."""

    def __init__(self, code: bytes, arrays: int) -> None:
        # The engine owns the machine code: it lives as long as the loop.
        self._engine = binding.create_mcjit_compiler(binding.parse_assembly(""), _target())
        self._engine.add_object_file(binding.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        whole, pointer = ctypes.c_int64, ctypes.c_void_p
        kind = ctypes.CFUNCTYPE(None, whole, whole, whole, *[pointer] * arrays)
        self._run = kind(self._engine.get_function_address(NAME))

    def __call__(self, households: int, most: int, arrays: Sequence[NDArray[Any]]) -> None:
        """All households of the arrays, a block for each thread at a time (the machine code needs no Python)."""
        addresses = [one.ctypes.data for one in arrays]

        def block(first: int) -> None:
            self._run(first, min(first + _BLOCK, households), most, *addresses)

        if households <= _BLOCK:
            block(0)
        else:
            list(_threads().map(block, range(0, households, _BLOCK)))


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="rules")


os.register_at_fork(after_in_child=_threads.cache_clear)  # a child has none of its parent's threads


def loop_of(text: str, arrays: int) -> Loop:
    """The loop of a text, compiled by one thread while the others wait; one compiled before is only loaded."""
    with _compiling:
        return _loop_of(text, arrays)


_compiling = Lock()
# A child is made when nothing is being compiled, so that it never waits for a thread it does not have.
os.register_at_fork(
    before=_compiling.acquire, after_in_parent=_compiling.release, after_in_child=_compiling.release
)


@lru_cache(maxsize=128)
def _loop_of(text: str, arrays: int) -> Loop:
    target = _target()
    machine = f"{target.triple} {binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
    name = hashlib.sha256(f"{llvmlite.__version__} {machine}\n{text}".encode()).hexdigest()[:32]
    path = _kept() / f"{name}.o"
    code = _read(path)
    if code is None:
        code = _compiled(text, target)
        _keep(path, code)
    return Loop(code, arrays)


def _kept() -> Path:
    """Where compiled rules are kept: beside the other things the platform makes for itself."""
    return Path(os.environ.get("MINZHENG_VAR") or Path.cwd() / "var") / "rules"


def _read(path: Path) -> bytes | None:
    """What was kept, if it is whole: the loader ends the process over a damaged file, so none reaches it."""
    try:
        seal, code = (kept := path.read_bytes())[:_SEAL], kept[_SEAL:]
    except OSError:
        return None
    return code if hashlib.sha256(code).digest() == seal else None


def _keep(path: Path, code: bytes) -> None:
    """Kept for the next process; where the disk is full or closed to us, the next one compiles again."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_bytes(hashlib.sha256(code).digest() + code)
        fresh.replace(path)
    except OSError:
        log.warning("compiled rules could not be kept in %s", path.parent)
        with suppress(OSError):
            fresh.unlink()


def _compiled(text: str, target: Any) -> bytes:
    module = binding.parse_assembly(text)
    module.verify()
    builder = binding.create_pass_builder(target, binding.create_pipeline_tuning_options(speed_level=2))
    builder.getModulePassManager().run(module, builder)
    code: bytes = target.emit_object(module)
    return code


def _target() -> Any:
    """The processor at hand; one for each engine, which takes it over."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    features = binding.get_host_cpu_features().flatten()
    triple = binding.Target.from_default_triple()
    return triple.create_target_machine(
        cpu=binding.get_host_cpu_name(),
        features=features,
        opt=2,
        jit=True,
        reloc="default",
        codemodel="jitdefault",
    )
