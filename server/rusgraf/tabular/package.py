"""Is a file the workbook that it claims to be, and can its parts be unpacked without harm?

Everything is judged before anything is unpacked: what the bytes are, how many parts, how large. Parts come back as
bytes, never longer than the archive said. It does not look into the sheets. Layer: domain; standard library only.
See ECMA-376 part 2 (Open Packaging Conventions).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from rusgraf.errors import TooLarge, UnreadableInput, UnsupportedFormat
from rusgraf.tabular.markup import elements
from rusgraf.tabular.model import SheetLimits

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body", b"<meta")
_FAILURES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
_SMALL = 20 * 2**20
_WORKBOOK = "xl/workbook.xml"


def kind(content: bytes) -> str:
    """What the first bytes say that a file is: zip, ole, text, HTML/XML, or the name of another format."""
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return name
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "HTML/XML" if start.startswith(_MARKUP) else "text"


class Package:
    """The parts of a workbook file, by their lower-case names."""

    def __init__(self, content: bytes, name: str, limits: SheetLimits) -> None:
        self.name = name
        _refuse_other(content, name)
        self._zip = _opened(content, name, limits)
        self._refuse_size(content, limits)
        self._entries = {e.filename.replace("\\", "/").lstrip("/").lower(): e for e in self._zip.infolist()}
        self._refuse_content()

    def _refuse_size(self, content: bytes, limits: SheetLimits) -> None:
        """Refuse too many parts, and more text than a workbook of this size honestly unpacks to (25 times was seen)."""
        entries = self._zip.infolist()
        size = sum(e.file_size for e in entries)
        most = min(limits.max_unzipped, max(_SMALL, limits.max_ratio * len(content)))
        name, parts, mib, room = self.name, len(entries), size / 2**20, most / 2**20
        if parts > limits.max_entries or size > most:
            raise TooLarge(
                f"{name}: the workbook has {parts} parts, {mib:.1f} MiB when unpacked; at most {limits.max_entries} "
                f"parts and {room:.1f} MiB are read of a file of its size.",
                "Copy the table into a new workbook.",
                sv=f"{name}: arbetsboken har {parts} delar, {mib:.1f} MiB uppackade; högst {limits.max_entries} "
                f"delar och {room:.1f} MiB läses av en fil av dess storlek.",
                cure_sv="Kopiera tabellen till en ny arbetsbok.",
            )

    def _refuse_content(self) -> None:
        name = self.name
        if any(e.flag_bits & 1 for e in self._entries.values()):
            raise UnreadableInput(
                f"{name}: the archive is encrypted.",
                "Save the workbook without a password.",
                sv=f"{name}: arkivet är krypterat.",
                cure_sv="Spara arbetsboken utan lösenord.",
            )
        if any(part.endswith("vbaproject.bin") for part in self._entries):
            raise UnsupportedFormat(
                f"{name}: the workbook holds macros.",
                "Save it as an Excel workbook (.xlsx), without macros.",
                sv=f"{name}: arbetsboken innehåller makron.",
                cure_sv="Spara den som Excel-arbetsbok (.xlsx), utan makron.",
            )
        if self.workbook() not in self._entries:
            raise UnreadableInput(
                f"{name}: this is a zip archive, but no Excel workbook: {self.workbook()} is missing in it.",
                "Save the sheet in Excel or LibreOffice as .xlsx.",
                sv=f"{name}: det här är ett zip-arkiv men ingen Excel-arbetsbok: {self.workbook()} saknas i det.",
                cure_sv="Spara bladet som .xlsx i Excel eller LibreOffice.",
            )

    def workbook(self) -> str:
        """The name of the part that lists the sheets."""
        roots = self.related("")
        return next((target for kind, target in roots.values() if kind == "officedocument"), _WORKBOOK)

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: identifier → (last word of its type, name). `part` "" is the package."""
        folder, file = posixpath.split(part)
        found = {}
        rels = self.read(posixpath.join(folder, "_rels", f"{file}.rels"))
        for _, given in elements(rels, f"{self.name}: {part or 'package'} rels", "Relationship"):
            if given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "").replace("\\", "/")))
                kind = given.get("Type", "").rpartition("/")[2].lower()
                found[given.get("Id", "")] = (kind, target.lstrip("/").lower())
        return found

    def entries(self) -> list[zipfile.ZipInfo]:
        """What the archive says of each part, in its order."""
        return list(self._entries.values())

    def read(self, part: str) -> bytes:
        """The bytes of a part, b"" when there is none."""
        name, entry = self.name, self._entries.get(part.lower())
        if entry is None:
            return b""
        try:
            return self._zip.read(entry)
        except _FAILURES as error:
            raise UnreadableInput(
                f"{name}: the part {part} is damaged ({error}).",
                "Open the file in Excel and save it anew.",
                sv=f"{name}: delen {part} är skadad ({error}).",
                cure_sv="Öppna filen i Excel och spara den på nytt.",
            ) from error


def _opened(content: bytes, name: str, limits: SheetLimits) -> zipfile.ZipFile:
    """The archive; its list of parts is counted first, since opening it reads the list whole."""
    try:
        if content.count(b"PK\x01\x02") > 4 * limits.max_entries:
            raise zipfile.BadZipFile(f"> {4 * limits.max_entries}")
        return zipfile.ZipFile(io.BytesIO(content))
    except _FAILURES as error:
        raise UnreadableInput(
            f"{name}: the workbook is damaged ({error}).",
            "Open the file in Excel and save it anew; if that fails, fetch it again from whoever sent it.",
            sv=f"{name}: arbetsboken är skadad ({error}).",
            cure_sv="Öppna filen i Excel och spara den på nytt; går det inte, hämta den igen från avsändaren.",
        ) from error


def _refuse_other(content: bytes, name: str) -> None:
    """Refuse what is no zip archive, saying what it is instead."""
    what = kind(content)
    if what == "ole" and "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableInput(
            f"{name}: the workbook is protected by a password (or by a sensitivity label).",
            "Save it without a password.",
            sv=f"{name}: arbetsboken är lösenordsskyddad (eller skyddad av en känslighetsetikett).",
            cure_sv="Spara den utan lösenord.",
        )
    if what == "ole":
        raise UnsupportedFormat(
            f"{name}: this is an Office file in the old form (.xls, .doc).",
            "Save it as an Excel workbook (.xlsx).",
            sv=f"{name}: det här är en Office-fil i det gamla formatet (.xls, .doc).",
            cure_sv="Spara den som Excel-arbetsbok (.xlsx).",
        )
    if what != "zip":
        raise UnreadableInput(
            f"{name}: this is no Excel workbook but {what}, whatever its name says.",
            "Save the sheet as .xlsx, or name a text file .csv.",
            sv=f"{name}: det här är ingen Excel-arbetsbok utan {what}, vad namnet än säger.",
            cure_sv="Spara bladet som .xlsx, eller döp en textfil till .csv.",
        )
