"""What does a comparison of regions say in Swedish and in English?

Its own words; for all others `say` asks ``rusgraf.wording``. Layer: domain.
"""

from __future__ import annotations

from rusgraf import wording

_WORDS: dict[str, tuple[str, str]] = {
    "theme": ("Tema", "Theme"),
    "title": ("Regioner jämförda tema för tema", "Regions compared theme by theme"),
    "scope": (
        "Jämförelsen gäller det som grafen håller; en region kan ha fler styrdokument. ”Finns inte” betyder att allt"
        " som grafen håller på den nivån är registrerat och har fått tema, och att inget har detta tema. ”Inte känt”"
        " betyder att något som skulle avgöra det saknas.",
        "The comparison is of what the graph holds; a region may have more governing documents. “Not there” means"
        " that all that the graph holds at that level is recorded and has themes, and that nothing has this theme."
        " “Not known” means that something that would decide it is missing.",
    ),
    "reading": (
        "Uppgifter om tema: {}, varav tolkningar: {}. Att ett tema inte finns vilar på samma läsning.",
        "Statements of theme: {}, of which interpretations: {}. That a theme is not there rests on the same reading.",
    ),
    "documents": ("Vad som jämförs", "What is compared"),
    "signs": (
        "Tre tecken i varje ruta: strategi, planer, aktiviteter. ● enligt dokumentens text, ○ enligt en tolkning,"
        " · finns inte, ◌ finns inte i det som är helt läst och är i övrigt inte känt, ? inte känt. Sist antalet, och"
        " efter + de som har ett snävare tema.",
        "Three signs in each square: strategy, plans, activities. ● by the text of the documents, ○ by an"
        " interpretation, · not there, ◌ not there in what is fully read and otherwise not known, ? not known. Last the"
        " number, and after + those that have a narrower theme.",
    ),
    "shared": ("Teman som flera har", "Themes that several have"),
    "alone": ("Teman som bara en har", "Themes that only one has"),
    "lacks": (
        "Vad {} såvitt känt saknar och någon annan har",
        "What {}, as far as is known, lacks and another has",
    ),
    "unused": ("Teman som såvitt känt ingen har", "Themes that, as far as is known, none has"),
    "unthemed": ("Utan tema", "Without a theme"),
    "why": ("Varför något inte är känt", "Why something is not known"),
    "stray": ("Hör inte till någon region enligt data", "Belongs to no region by the data"),
    "stray_cure": (
        "Ange i data vem som har beslutat dem, eller vad de ingår i eller utgår från.",
        "State in the data who decided them, or what they are part of or start from.",
    ),
    "stray_parts": ("och {} delar av dokumentet", "and {} parts of the document"),
    "strategy": ("strategi", "strategy"),
    "plan": ("planer", "plans"),
    "activity": ("aktiviteter", "activities"),
    "yes": ("ja, enligt texten", "yes, by the text"),
    "interpreted": ("ja, enligt en tolkning", "yes, by an interpretation"),
    "no": ("finns inte", "not there"),
    "unknown": ("inte känt", "not known"),
    "narrower": ("genom det snävare temat ”{}” ({})", "by the narrower theme “{}” ({})"),
    "wider": ("har bara det vidare temat ”{}” ({})", "has only the wider theme “{}” ({})"),
    "broader": ("del av", "part of"),
    "also": ("Delar också", "Also shares"),
    "text": ("Tema enligt texten", "Theme by the text"),
    "by": ("Tema enligt tolkning", "Theme by interpretation"),
    "where": ("där {} är verksam", "where {} operates"),
    "partly": ("inget i {} har temat, i övrigt inte känt", "nothing in {} has the theme, otherwise not known"),
    "partly_short": (
        "inget i det som är helt läst har temat, i övrigt inte känt",
        "nothing in what is fully read has the theme, otherwise not known",
    ),
    "read": (
        "Alla dess delar på den nivån är registrerade och har tema.",
        "All its parts at that level are recorded and have themes.",
    ),
    "hollow": ("Ingen del är registrerad av: {}.", "No part is recorded of: {}."),
    "hollow_cure": (
        "Dokumentens mål, inriktningar och aktiviteter registreras.",
        "The goals, directions and activities of the documents are recorded.",
    ),
    "unread": ("Delar utan tema: {}.", "Parts without a theme: {}."),
    "unread_cure": ("De prövas mot temalistan.", "They are read against the list of themes."),
    "empty": (
        "Grafen håller inget på nivån {}.",
        "The graph holds nothing at the level {}.",
    ),
    "empty_cure": ("Sådana dokument registreras.", "Such documents are recorded."),
    "choose": ("Välj regioner", "Choose regions"),
}


def say(key: str, lang: str) -> str:
    """The word for `key` in `lang` (sv or en).

    >>> say("unknown", "sv"), say("sources", "en")
    ('inte känt', 'Source')
    """
    return _WORDS[key][0 if lang == "sv" else 1] if key in _WORDS else wording.say(key, lang)
