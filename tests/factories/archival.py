"""Whether a PDF keeps the rules of PDF/A-2b (ISO 19005-2) that can be read off its structure."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

__all__ = ["faults_of"]

_FORBIDDEN = {
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/JavaScript",
    "/Hide",
    "/SetOCGState",
}


def faults_of(content: bytes) -> list[str]:
    """Every rule that is broken, by its clause; none for an archival file."""
    return list(_faults(content))


def _faults(content: bytes) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", content):
        yield "6.1.2 header"
    reader = PdfReader(io.BytesIO(content))
    root, trailer = reader.trailer["/Root"], reader.trailer
    if "/Encrypt" in trailer:
        yield "6.1.3 encrypted"
    if "/ID" not in trailer:
        yield "6.1.3 no file identifier"
    yield from _metadata(root)
    yield from _intent(root)
    for one in _objects(reader):
        yield from _object(one)


def _metadata(root: Any) -> Iterator[str]:
    if "/Metadata" not in root:
        yield "6.6.2 no metadata: pdfaid:part"
        return
    stream = root["/Metadata"].get_object()
    if "/Filter" in stream:
        yield "6.6.2.1 metadata compressed"
    text = stream.get_data().decode()
    for key, value in (("part", "2"), ("conformance", "B")):
        if not re.search(rf"pdfaid:{key}(=\"{value}\"|>{value}<)", text):
            yield f"6.6.4 pdfaid:{key}"


def _intent(root: Any) -> Iterator[str]:
    found = [one.get_object() for one in root.get("/OutputIntents", [])]
    archival = [one for one in found if one.get("/S") == "/GTS_PDFA1"]
    if not archival:
        yield "6.2.3 no output intent"
    for one in archival:
        profile = one["/DestOutputProfile"].get_object()
        if profile.get_data()[36:40] != b"acsp" or int(profile["/N"]) not in (1, 3, 4):
            yield "6.2.3 output profile is no ICC profile"


def _objects(reader: PdfReader) -> Iterator[Any]:
    numbers = {number for generation in reader.xref.values() for number in generation} | set(
        reader.xref_objStm
    )
    for number in sorted(numbers - {0}):
        yield reader.get_object(IndirectObject(number, 0, reader))


def _object(one: Any) -> Iterator[str]:
    if isinstance(one, StreamObject) and ("/LZWDecode" in str(one.get("/Filter")) or "/F" in one):
        yield "6.1.7 stream filter or external file"
    if not isinstance(one, DictionaryObject):
        return
    if one.get("/Type") == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(one):
        yield f"6.2.11.4 font not embedded: {one.get('/FontName')}"
    if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0" and "/ToUnicode" not in one:
        yield "6.2.11.7 no way back to text"
    if one.get("/S") in _FORBIDDEN or "/AA" in one or "/JS" in one:
        yield "6.5 action"
    if one.get("/Subtype") == "/Image" and (one.get("/Interpolate") is True or "/Alternates" in one):
        yield "6.2.8 image"
    if one.get("/Type") == "/Filespec" or "/EmbeddedFiles" in one:
        yield "6.8 embedded file"
