"""`machine`: what a figure or a time was taken on, in words."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import numpy as np

__all__ = ["machine"]


def machine() -> str:
    """The processor, cores, system and versions."""
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    return f"{processor()}, {os.cpu_count()} cores, {platform.system()}; {versions}"


def processor() -> str:
    """The name of the processor, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
