"""How do the changes between two runs look to a build that reads JUnit XML?

A finding of the new run is a test case: failed when it is new or changed, else passed; what is gone is told beside
them. The form is one that the schemas of Ant and Jenkins both take. Layer: domain.
https://github.com/jenkinsci/xunit-plugin (junit-10.xsd)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree as Xml

from rusgraf.changes import Changes, Told
from rusgraf.changes_report import counts_text, field_text
from rusgraf.tables import clean
from rusgraf.wording import say


def to_junit(changes: Changes, lang: str) -> str:
    """JUnit XML: one suite, a case for each finding of the new run."""

    def text(value: str) -> str:
        return clean(value, lang)

    numbers = changes.count()
    failed = numbers["new"] + numbers["changed"]
    suites = Xml.Element("testsuites")
    suite = Xml.SubElement(suites, "testsuite", {
        "name": "rusgraf changes", "id": "0", "package": "rusgraf", "hostname": "localhost", "time": "0",
        "timestamp": datetime.now().isoformat(timespec="seconds"),
        "tests": str(len(changes.new.findings)), "failures": str(failed), "errors": "0", "skipped": "0",
    })  # fmt: skip
    properties = Xml.SubElement(suite, "properties")
    for name, run in (("old", changes.old), ("new", changes.new)):
        Xml.SubElement(properties, "property", {"name": f"{name}.release", "value": text(run.release)})
        Xml.SubElement(properties, "property", {"name": f"{name}.report", "value": text(run.name)})
    for finding in changes.opened:
        _fail(suite, finding, "new", text(say("run_new", lang)), text)
    for change in changes.changed:
        said = "\n".join(field_text(field, lang) for field in change.fields)
        _fail(suite, change.finding, "changed", f"{say('run_changed', lang)}: {said}", text)
    for finding in changes.same:
        _case(suite, finding, text)
    gone = [f"{say('run_gone', lang)}: {f['id']} {f['explanation']}" for f in changes.gone]
    Xml.SubElement(suite, "system-out").text = text("\n".join([counts_text(changes, lang), *gone]))
    Xml.SubElement(suite, "system-err")
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def _case(suite: Xml.Element, finding: Told, text: Callable[[str], str]) -> Xml.Element:
    """A case by the name of the finding's id alone: sentences change, and a build knows a case by its name."""
    named = {"name": finding["id"], "classname": text(f"rusgraf.{finding['rule']}"), "time": "0"}
    return Xml.SubElement(suite, "testcase", named)


def _fail(suite: Xml.Element, finding: Told, kind: str, said: str, text: Callable[[str], str]) -> None:
    failure = {"type": kind, "message": text(finding["explanation"])}
    Xml.SubElement(_case(suite, finding, text), "failure", failure).text = text(said)
