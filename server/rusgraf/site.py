"""Where does the server stand, and who publishes it? What the operator says; nothing is assumed.

Layer: domain; standard library only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from rusgraf.errors import BadParameter
from rusgraf.naming import shown


@dataclass(frozen=True)
class Site:
    """What the operator says of the server; "" is not said.

    `address` is the public one (``https://host``, without a slash at the end); `publisher` a name, `publisher_iri` the
    identifier of the organisation (``http://dataportal.se/organisation/SE`` and ten digits), `contact` an e-mail
    address of an office, `licence` the IRI of the licence of the data.
    """

    address: str = ""
    publisher: str = ""
    publisher_iri: str = ""
    contact: str = ""
    licence: str = ""

    def checked(self) -> Site:
        """The same, the address without a slash at its end. Raises BadParameter naming what cannot be."""
        address = self.address.rstrip("/")
        parts = urlsplit(address)
        if address and (not _is_web(address) or parts.path or parts.query or parts.fragment or "@" in parts.netloc):
            raise BadParameter(
                f"The public base “{shown(self.address)}” is no address of a host.",
                "Give scheme and host alone, such as https://rusgraf.example.org.",
                sv=f"Den publika basadressen ”{shown(self.address)}” är ingen adress till en värd.",
                cure_sv="Ange bara schema och värd, till exempel https://rusgraf.example.org.",
            )
        for value in (self.publisher_iri, self.licence):
            if value and not _is_web(value):
                raise BadParameter(
                    f"“{shown(value)}” is no IRI of the web.",
                    "Begin with http:// or https://, without spaces.",
                    sv=f"”{shown(value)}” är ingen IRI på webben.",
                    cure_sv="Börja med http:// eller https://, utan blanksteg.",
                )
        if self.contact and not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", self.contact, re.ASCII):
            raise BadParameter(
                f"“{shown(self.contact)}” is no e-mail address.",
                "Give one such as data@example.org.",
                sv=f"”{shown(self.contact)}” är ingen e-postadress.",
                cure_sv="Ange en som data@example.org.",
            )
        return Site(address, self.publisher, self.publisher_iri, self.contact, self.licence)


def _is_web(value: str) -> bool:
    """Whether this is an absolute address on the web, that may stand in RDF and in a header."""
    return re.fullmatch(r"https?://[A-Za-z0-9][\w.-]*(:\d{1,5})?(/[^\s<>\"{}|\\^`]*)?", value, re.ASCII) is not None
