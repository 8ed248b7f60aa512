"""Which parts does a workbook have, and how are some replaced while all others stay byte for byte?

Relationships and content types are kept right for parts that come and go. Signatures go: they would not fit the copy.
Layer: domain; standard library only. See ECMA-376 part 2.
"""

from __future__ import annotations

import io
import posixpath
import zipfile

from rusgraf.tabular.annotate.splice import Edits, parse, quoted
from rusgraf.tabular.model import SheetLimits
from rusgraf.tabular.package import Package

_TYPES = "[Content_Types].xml"
_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
_STRICT, _OFFICE = "http://purl.oclc.org/ooxml", "http://schemas.openxmlformats.org"
_SIGNATURES = "_xmlsignatures/"
_NEW = (1980, 1, 1, 0, 0, 0)


class Parts:
    """The parts of a workbook, to be read, replaced, added and dropped."""

    def __init__(self, content: bytes, name: str, limits: SheetLimits) -> None:
        self.package = Package(content, name, limits)
        self.workbook = self.package.workbook()
        self._names = {_key(entry.filename): entry.filename for entry in self.package.entries()}
        self._made: dict[str, bytes] = {}
        self.namespace = parse(self.read(self.workbook), f"{name}: {self.workbook}").namespace
        base = _STRICT if self.namespace.startswith(_STRICT) else f"{_OFFICE}"
        self.relations = f"{base}/officeDocument/{'' if base == _STRICT else '2006/'}relationships"

    def read(self, part: str) -> bytes:
        """The bytes of a part as they are by now, b"" when there is none."""
        made = self._made.get(part.lower())
        return self.package.read(part) if made is None else made

    def where(self, part: str) -> str:
        """The name of a part for an error."""
        return f"{self.package.name}: {part}"

    def write(self, part: str, data: bytes) -> None:
        """Replace or add a part."""
        self._names.setdefault(part.lower(), part)
        self._made[part.lower()] = data

    def new(self, stem: str, suffix: str) -> str:
        """A name that no part has yet."""
        number = 1
        while f"{stem}{number}{suffix}".lower() in self._names:
            number += 1
        return f"{stem}{number}{suffix}"

    def named(self, part: str) -> str:
        """The name of a part in the letters that the file has it in."""
        return self._names.get(part.lower(), part)

    def related(self, part: str, kind: str) -> str:
        """The first part of a kind that a part of the file refers to, "" when there is none."""
        targets = (target for found, target in self.package.related(part).values() if found == kind)
        return next(targets, "")

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another; the identifier of the relationship."""
        rels = self._rels(part)
        edits = Edits(self.read(rels) or _RELATIONS)
        root = parse(edits.data, self.where(rels))
        known, number = {node.given.get("Id") for node in root.children}, 1
        while f"rIdRusgraf{number}" in known:
            number += 1
        name, kind = f"rIdRusgraf{number}", f"{self.relations}/{kind}"
        tag = f'<{root.prefix}Relationship Id="{name}" Type="{kind}" Target="/{quoted(target)}"/>'
        edits.append(root, tag.encode())
        self.write(rels, edits.done())
        return name

    def _rels(self, part: str) -> str:
        folder, file = posixpath.split(self.named(part))
        return self.named(posixpath.join(folder, "_rels", f"{file}.rels"))

    def declare(self, part: str, kind: str) -> None:
        """Say of what content type a part is; one that has it by its suffix is left alone."""
        edits = Edits(self.read(_TYPES))
        root = parse(edits.data, self.where(_TYPES))
        if any(_key(node.given.get("PartName", "")) == part.lower() for node in root.all("Override")):
            return
        suffix = part.rpartition(".")[2]
        by_suffix = {node.given.get("Extension", "").lower(): node for node in root.all("Default")}
        found = by_suffix.get(suffix)
        if found is None and suffix != "xml":
            new = f'<{root.prefix}Default Extension="{suffix}" ContentType="{kind}"/>'
            edits.replace(root.inner, root.inner, new.encode())
        elif found is None or found.given.get("ContentType") != kind:
            edits.append(root, f'<{root.prefix}Override PartName="/{quoted(part)}" ContentType="{kind}"/>'.encode())
        self.write(_TYPES, edits.done())

    def drop(self, parts: set[str]) -> None:
        """Leave parts out, with what is said of their types."""
        gone = {part.lower() for part in parts}
        self._names = {key: name for key, name in self._names.items() if key not in gone}
        edits = Edits(self.read(_TYPES))
        for node in parse(edits.data, self.where(_TYPES)).all("Override"):
            if _key(node.given.get("PartName", "")) in gone:
                edits.replace(node.start, node.end, b"")
        self.write(_TYPES, edits.done())

    def drop_relations(self, part: str) -> None:
        """Let a part refer to nothing."""
        rels = self._rels(part)
        if rels.lower() in self._names:
            self.drop({rels})

    def unsign(self) -> bool:
        """Take the digital signatures away, and tell whether there were any."""
        signed = {key for key in self._names if key.startswith(_SIGNATURES)}
        edits = Edits(self.read("_rels/.rels") or _RELATIONS)
        for node in parse(edits.data, self.where("_rels/.rels")).children:
            if node.given.get("Type", "").endswith("/digital-signature/origin"):
                signed.add(_key(node.given.get("Target", "")))
                edits.replace(node.start, node.end, b"")
        if signed:
            self.drop(signed)
            self.write("_rels/.rels", edits.done())
        return bool(signed)

    def done(self) -> bytes:
        """The workbook as bytes: what was not replaced in the order, with the dates and bytes that it had."""
        out = io.BytesIO()
        old = {_key(entry.filename): entry for entry in self.package.entries()}
        with zipfile.ZipFile(out, "w") as made:
            for key, name in self._names.items():
                entry = old.get(key)
                info = zipfile.ZipInfo(name, entry.date_time if entry else _NEW)
                is_stored = entry is not None and entry.compress_type == zipfile.ZIP_STORED
                info.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
                info.external_attr = entry.external_attr if entry else 0
                made.writestr(info, self.read(key))
        return out.getvalue()


def _key(name: str) -> str:
    """The name of a part as the package knows it."""
    return name.replace("\\", "/").lstrip("/").lower()
