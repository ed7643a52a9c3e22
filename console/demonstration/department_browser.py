"""An emergency department's browser: opens the page of a link with the code that was spoken, and answers on it.

It knows what a telephone shows and what the page offers, and speaks HTTP as any browser does: forms and a cookie.
"""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

LINK = re.compile(r"https?://\S+/ed/[\w-]+")
SPOKEN_CODE = re.compile(r"message is ([\d ,]+)\.")
TIMEOUT_S = 10.0


def link_in(text: str) -> str | None:
    """Return the link that a text holds."""
    found = LINK.search(text)
    return None if found is None else found[0]


def code_in(call: str) -> str | None:
    """Return the code that a call speaks digit by digit."""
    found = SPOKEN_CODE.search(call)
    return None if found is None else "".join(filter(str.isdecimal, found[1]))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser shows: the status of the answer, and its text."""

    status: int
    text: str


@dataclass
class DepartmentBrowser:
    """A browser at one link. `served_at` is host and port of the page, whatever public name the link has."""

    link: str
    served_at: str
    _cookies: dict[str, str] = field(default_factory=dict)

    def look(self, query: str = "") -> Shown:
        """Show the page, or the door before it."""
        return self._ask("GET", query)[0]

    def opens(self, code: str, *, name: str, role: str = "emergency physician") -> bool:
        """Give name, role and code; return whether that opened the page."""
        return self._ask("POST", form={"act": "open", "code": code, "name": name, "role": role})[1] is not None

    def does(self, act: str, **form: str | list[str]) -> Shown:
        """Press one of the page's buttons with its form; return what is shown then."""
        shown, location = self._ask("POST", form={"act": act, **form})
        if location is None:
            return shown
        return self.look("?" + location.partition("?")[2])

    def _ask(
        self, method: str, query: str = "", form: dict[str, str | list[str]] | None = None
    ) -> tuple[Shown, str | None]:
        """Return what the server shows, and where it sends the browser, None where it sends it nowhere."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection(self.served_at, timeout=TIMEOUT_S)
        try:
            connection.request(method, urlsplit(self.link).path + query, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for given in answer.headers.get_all("Set-Cookie", []):
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(given).items()}
            onward = answer.headers["Location"] if answer.status == HTTPStatus.SEE_OTHER else None
            return Shown(answer.status, text), onward
        finally:
            connection.close()
