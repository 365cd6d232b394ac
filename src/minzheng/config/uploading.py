"""A large file on its way in lies sealed in a nameless file until the page has read it; a small one stays in memory."""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from minzheng.kernel.people.filesealing import Sealer, opened_file

__all__ = ["SealedUploads"]


class SealedUploads(FileUploadHandler):
    """What is too large for memory; its name is gone from the disk before its first byte is there."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._lying = tempfile.TemporaryFile()  # noqa: SIM115  # the request closes it
        self._sealer = Sealer(self._lying)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._sealer.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self._sealer.finish()
        self._lying.seek(0)
        return UploadedFile(
            file=opened_file(self._lying), name=self.file_name, content_type=self.content_type, size=file_size,
            charset=self.charset, content_type_extra=self.content_type_extra,
        )  # fmt: skip

    def upload_interrupted(self) -> None:
        if hasattr(self, "_lying"):
            self._lying.close()
