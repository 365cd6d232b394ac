# -*- coding: utf-8 -*-
"""The one command: `python3 run.py` makes everything ready and serves the platform.

This first page is written so that any Python, however old, can read it and say what is missing.
"""

import os
import sys

NEEDED = (3, 11)


def too_old(version):
    """The sentence for a Python this project cannot run on; empty for one it can."""
    if tuple(version[:2]) >= NEEDED:
        return ""
    return (
        "需要 Python 3.11 或更新版本，当前是 %d.%d。请安装新版后用它运行，例如 python3.11 run.py。\n"
        "Python 3.11 or newer is needed, this is %d.%d: install one and run it, e.g. python3.11 run.py.\n"
    ) % (tuple(version[:2]) * 2)


def main():
    """Turn away an old Python with one sentence; hand everything else to the launch package."""
    refusal = too_old(sys.version_info)
    if refusal:
        if sys.version_info[0] < 3 or not (sys.stderr.encoding or "").lower().startswith("utf"):
            os.write(2, refusal if isinstance(refusal, bytes) else refusal.encode("utf-8"))
        else:
            sys.stderr.write(refusal)
        return 1
    from launch import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
