"""Can everybody use the pages in a browser: WCAG 2.1 A and AA, by keyboard, with no error and no other server?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from planted import PREFIX_LINES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
PATIENCE_MS = 120_000
BAD = 'e:ny a rus:Aktivitet ; skos:prefLabel "Ny träff"@sv ; rus:hittepa 1 .'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}"),
    # playwright's greenlets leave their event loop to the end of the process
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A real server over the shipped data, on a free port."""
    with subprocess.Popen(
        [sys.executable, "-m", "rusgraf", "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://[\d.]+:\d+", process.stderr.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page; at its end it has met no error, and asked nobody but the server."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    made = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    made.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: errors.append(str(error)))
    made.on("requestfailed", lambda request: errors.append(f"failed: {request.url}"))
    made.on("request", lambda request: asked.append(request.url))
    yield made
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(f"{address}/")] == []


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, each as rule: elements."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page, options={**WCAG, "resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']}: {[node['html'][:120] for node in v['nodes'][:3]]}" for v in found]


def first_finding(address: str) -> str:
    with urllib.request.urlopen(f"{address}/gaps?format=json&rule=delmalspar-utan-koppling", timeout=120) as answer:
        key: str = json.load(answer)["findings"][0]["id"]
    return key


PATHS = [
    "/?rule=delmalspar-utan-koppling",
    "/gaps/§",
    "/suggest?max=3",
    "/diff",
    "/diff?a=orebro-sammanhallen-vard-och-omsorg-remiss&b=orebro-sammanhallen-vard-och-omsorg",
    "/compare",
    "/queries",
    "/queries/utforska/planer-och-perioder",
    "/queries/utforska/sok?ord=barn",
    "/sparql",
    "/sparql?query=SELECT%20%3Fs%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%205",
    "/validate",
    "/res/om/id/delmal/orebro-social-valfard-4",
    "/res/om/spec/bidrarTill",
    "/res/om/spec/profil/Aktivitet-delmal",
    "/res/om/def/malgrupp/aldre?by=rus:beror",
    "/res/graf/orebro-social-valfard",
    "/res/graf/orebro-social-valfard?by=innehall&page=2",
    "/res/fel/gone",
    "/catalog",
    "/api",
]


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_page_has_no_accessibility_violation(path: str, lang: str, page: Page, address: str) -> None:
    path = path.replace("§", first_finding(address) if "§" in path else "")
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").count() == 1
    assert violations(page) == []


def test_report_of_all_findings_has_no_accessibility_violation(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    assert page.locator("article").count() > 100
    assert violations(page) == []


def test_printed_report_is_a4_whole_and_without_what_is_for_the_screen(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/?rule=delmalspar-utan-koppling")
    page.emulate_media(media="print")
    assert page.locator("nav, form, .skip").evaluate_all("all => all.every(e => !e.checkVisibility())")
    parts = page.locator("details table, article, dd, .matrix td")
    assert parts.count() > 20
    assert parts.evaluate_all("all => all.every(e => e.checkVisibility({ contentVisibilityAuto: true }))")
    assert page.locator(".scroll").evaluate_all("all => all.every(e => getComputedStyle(e).overflowX == 'visible')")
    dark = "all => all.every(e => getComputedStyle(e).color == 'rgb(0, 0, 0)')"
    assert page.locator(".mark, .cell").evaluate_all(dark)  # a printer leaves backgrounds out
    references = page.locator("section[aria-labelledby=kallor] code").all_inner_texts()
    assert references
    assert all(iri.startswith("https://") for iri in references)
    content = page.pdf(path=tmp_path / "rapport.pdf", prefer_css_page_size=True)
    boxes = {tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", content)}
    assert boxes == {(0, 0, 595, 842)}


def test_report_is_readable_on_a_narrow_screen(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{address}/?rule=delmalspar-utan-koppling")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, (
        "tables scroll, the page does not (WCAG 1.4.10)"
    )
    assert violations(page) == []


def test_first_tab_leads_past_the_menu_to_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}/queries")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "innehall"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_square_of_the_matrix_leads_to_its_finding_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/?rule=delmalspar-utan-koppling")
    square = page.locator(".matrix .cell a").first
    target = square.get_attribute("href")
    square.focus()
    page.keyboard.press("Enter")
    assert target
    assert page.evaluate("location.hash") == target
    assert page.locator(target).count() == 1


def test_evidence_opens_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/gaps/{first_finding(address)}")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details table").first.is_visible()
    assert violations(page) == []


def test_report_is_narrowed_by_its_form(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    page.select_option("select[name=rule]", "effektmal-i-en-plan")
    page.locator(".filter button").press("Enter")
    page.wait_for_url("**rule=effektmal-i-en-plan**")
    assert page.locator("section:has(article)").count() == 1
    assert page.locator("select[name=rule]").input_value() == "effektmal-i-en-plan"


def test_query_is_asked_by_its_form(page: Page, address: str) -> None:
    page.goto(f"{address}/queries/utforska/sok")
    page.fill("form input[size]", "barn")
    page.keyboard.press("Enter")
    page.wait_for_url("**barn**")
    assert page.locator("table tbody tr").count() > 0


def test_sparql_is_asked_by_its_form(page: Page, address: str) -> None:
    page.goto(f"{address}/sparql?lang=en")
    page.fill("#query", "SELECT ?x { VALUES ?x { 1 2 3 } }")
    page.locator("form button").press("Enter")
    page.wait_for_url("**query=**")
    assert page.locator("table tbody tr").count() == 3
    assert "SELECT ?x" in page.locator("#query").input_value()
    assert violations(page) == []


def test_file_is_validated_by_its_form(page: Page, address: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.trig"
    path.write_text(PREFIX_LINES + BAD, encoding="utf-8")
    page.goto(f"{address}/validate?lang=sv")
    page.set_input_files("#file", path)
    page.locator("form button").first.press("Enter")
    page.wait_for_selector("[role=status]")
    assert "Ny träff" in page.locator("main").inner_text()
    assert violations(page) == []


def test_language_is_changed_by_the_menu(page: Page, address: str) -> None:
    page.goto(f"{address}/queries?lang=sv")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**lang=en**")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="SPARQL").click()
    assert page.locator("html").get_attribute("lang") == "en"
