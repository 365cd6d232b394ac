"""manage generate_docs [--check]: write ``docs/generated`` out of the declarations, or say where it is behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from minzheng.config.generated import pages
from minzheng.kernel import catalogue

FOLDER = Path(settings.ROOT) / "docs" / "generated"


class Command(BaseCommand):
    """Needs no database: what places have entered themselves is not part of the repository."""

    help = "根据声明生成 docs/generated；--check 只核对是否最新"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch: to look instead of to write."""
        parser.add_argument("--check", action="store_true", help="只核对，不写入")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write what differs and remove what is no longer declared."""
        made = pages(catalogue.current())
        behind = [name for name in sorted(made.keys() | kept()) if made.get(name) != read(name)]
        if options["check"]:
            if behind:
                raise CommandError(
                    f"docs/generated 与声明不一致：{'、'.join(behind)}。请运行 python3 run.py manage generate_docs。"
                )
            self.stdout.write(f"docs/generated 与声明一致，共 {len(made)} 页。")
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in behind:
            if name in made:
                (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
                (FOLDER / name).write_text(made[name], encoding="utf-8")
            else:
                (FOLDER / name).unlink()
        self.stdout.write(f"docs/generated 共 {len(made)} 页，更新 {len(behind)} 页。")


def kept() -> set[str]:
    """The pages that are there."""
    return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.md")}


def read(name: str) -> str | None:
    """A page as it stands, if it does."""
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else None
