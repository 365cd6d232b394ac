"""Machine code from the text of a loop: compiled once, kept on disk, run by all processors at once."""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import llvmlite
from llvmlite import binding
from numpy.typing import NDArray

from minzheng.kernel.law.engines.emitting import NAME

__all__ = ["Loop", "loop_of"]

_BLOCK = 16_384  # households that one thread takes at a time


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


@lru_cache(maxsize=128)
def loop_of(text: str, arrays: int) -> Loop:
    """The loop of a text; one compiled before on such a machine is only loaded."""
    target = _target()
    machine = f"{target.triple} {binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"
    name = hashlib.sha256(f"{llvmlite.__version__} {machine}\n{text}".encode()).hexdigest()[:32]
    path = _kept() / f"{name}.o"
    if not path.exists():
        fresh = path.with_name(f"{name}.{os.getpid()}")
        fresh.write_bytes(_compiled(text, target))
        fresh.replace(path)
    return Loop(path.read_bytes(), arrays)


def _kept() -> Path:
    """Where compiled rules are kept: beside the other things the platform makes for itself."""
    folder = Path(os.environ.get("MINZHENG_VAR") or Path.cwd() / "var") / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


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
