"""What prepares the database, inside the virtual environment: one Django start for all of its steps.

The steps are announced on standard output; what the commands say themselves goes to the log.
"""

from __future__ import annotations

import sys

from launch import say

STEPS = {
    "migrate": ("更新数据库结构", "Migrating the database", ["migrate", "--noinput", "-v", "0"]),
    "reference": ("载入区划、日历和标准", "Loading divisions, calendar, standards", ["load_reference"]),
    "demo": ("生成演示数据", "Making demo data", ["demo", "--if-empty"]),
}


def main(words: list[str]) -> None:
    import django
    from django.core.management import call_command

    say.readable_output()
    django.setup()
    for word in words:
        chinese, english, command = STEPS[word]
        with say.step(chinese, english):
            call_command(*command, stdout=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
