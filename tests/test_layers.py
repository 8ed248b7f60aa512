"""The dependency rule of ``server/rusgraf/__init__.py`` and the limits of the house, over the syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rusgraf

PACKAGE = Path(rusgraf.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]
LIBRARIES_OF_FACES = {"flask", "click", "waitress", "werkzeug", "jinja2"}
# Who alone may import what.
ONLY = {
    "owlready2": {"reason.py"},
    "pyshacl": {"validate.py"},
    "pyoxigraph": {"rdf.py", "store.py", "terms.py"},
}
# The one edge between the faces: ``rusgraf serve`` starts the web.
ALLOWED = {("cli/serve.py", "web")}
# Pages are rendered with the template engine by a domain module; it needs no web framework for that.
TEMPLATES = {("pages.py", "jinja2")}
STANDARD_LIBRARY_ONLY = {"errors.py": set(), "assets.py": {"errors"}, "mint.py": set(), "wording.py": set()}
MAX_MODULE, MAX_FUNCTION = 350, 40


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, at any depth, as a dotted name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written whole"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def face(name: str) -> str:
    """``cli``, ``web`` or "" for a module of the domain."""
    first = name.partition("/")[0]
    return first if first in ("cli", "web") else ""


def test_the_whole_package_is_looked_at() -> None:
    assert {"store.py", "cli/__init__.py", "checks/inspec.py"} <= set(NAMES)


@pytest.mark.parametrize("name", [n for n in NAMES if not face(n) and n != "__main__.py"])
def test_the_domain_imports_no_face_and_no_library_of_one(name: str) -> None:
    found = set(imports(PACKAGE / name))
    tops = {f.split(".")[0] for f in found} & LIBRARIES_OF_FACES
    assert {t for t in tops if (name, t) not in TEMPLATES} == set()
    assert not {f for f in found if f.startswith(("rusgraf.cli", "rusgraf.web"))}


@pytest.mark.parametrize("name", [n for n in NAMES if face(n)])
def test_the_faces_do_not_import_each_other(name: str) -> None:
    other = {"cli": "web", "web": "cli"}[face(name)]
    crossing = {f for f in imports(PACKAGE / name) if f.split(".")[:2] == ["rusgraf", other]}
    assert not crossing or (name, other) in ALLOWED


@pytest.mark.parametrize(("library", "owners"), ONLY.items())
def test_a_library_behind_an_adapter_is_imported_there_only(library: str, owners: set[str]) -> None:
    users = {n for n in NAMES if any(f.split(".")[0] == library for f in imports(PACKAGE / n))}
    assert users == owners


@pytest.mark.parametrize(("name", "may"), STANDARD_LIBRARY_ONLY.items())
def test_the_lowest_layer_knows_the_standard_library_only(name: str, may: set[str]) -> None:
    ours = {f.split(".")[1] for f in imports(PACKAGE / name) if f.startswith("rusgraf.")}
    assert ours <= may


@pytest.mark.parametrize("name", NAMES)
def test_no_module_is_longer_than_the_house_allows(name: str) -> None:
    assert len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) <= MAX_MODULE


@pytest.mark.parametrize("name", NAMES)
def test_no_function_is_longer_than_the_house_allows(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > MAX_FUNCTION] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_module_and_public_function_has_a_docstring(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    assert [n.name for n in public if not ast.get_docstring(n)] == []
