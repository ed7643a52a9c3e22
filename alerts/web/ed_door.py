"""The door of the page for emergency departments: `GET` and `POST /ed/TOKEN`. No request opens it without the code.

GET changes nothing, so that a telephone's preview opens nothing and locks nothing. Before the code it shows code,
urgency and numbers to call, and no more.
"""

import asyncio
import base64
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from prometheus_client import Metric
from sqlmodel import Session

from alerts import ed_desk, ed_forms, store
from alerts.directory import Department, Directory
from alerts.ed_access import EdLink, Reader
from alerts.ed_desk import Visit
from alerts.ed_entries import EntryRefusedError, Fields, first, read_entry
from alerts.ed_html import STYLE
from alerts.ed_record import CONTENT_TYPES, FORMS, Form, Ground, made, sheet_of
from alerts.ed_rungs import others_said, waits_for_patient
from alerts.ed_store import link_of, open_with, reader_of
from alerts.fault import where
from alerts.incident import RefusedError
from alerts.page_code import page_code
from alerts.roster_now import RosterNow
from alerts.web.pace import Pace
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.metrics import counters
from gateway.postgresql import Turn
from gateway.reading import PatientCode, PatientId
from gateway.settings import SiteSettings
from monitor.enrolment import patient_by_id
from monitor.rules import Rules

log = structlog.get_logger()
PATH = "/ed/{token}"
COOKIE = "stepguard-ed"
THREADS = 2
READ_WITHIN_S = 5.0
MOST_FIELDS = 60
A_MINUTE_S = 60.0
MOST_PER_LINK, MOST_STRANGERS = 60, 120
"""Requests a minute to one link, and to addresses that are no link of ours."""
GONE = "This link does not open anything (any more). Call the unit."
FAILED = "The page cannot be shown now. Call the unit."
TOO_OFTEN = "Too many requests. Wait a minute, or call us:"
DONE = {
    "accept": "Accepted. The unit knows that you expect the patient.",
    "move": "Recorded.",
    "transfer": "Recorded. The department there is being told.",
    "save": "Saved under your name. The grade above counts it.",
}
"""What is said above the page after something was done."""
LONGEST_NAME = 80
FORM_TYPE = "application/x-www-form-urlencoded"
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
PDF_POLICY = "frame-ancestors 'none'"
"""Chromium shows a PDF in an element of its own, which a policy that allows nothing leaves blank or blocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Knock:
    """One request: the link of its address and, where its browser opened it before, whose it is."""

    token: str
    link: EdLink
    visit: Visit | None
    fields: Fields


class EdDoor:
    """Serves the pages. `rules`, `site`, `roster` and `directory` are what a page rests on beside the record."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        rules: Rules,
        site: SiteSettings,
        roster: RosterNow,
        directory: Directory,
        public_url: str,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._site = site
        self._roster = roster
        self._directory = directory
        self._secure = public_url.startswith("https:")
        self._wake = wake
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="ed")
        self._per_link, self._strangers = Pace(MOST_PER_LINK, A_MINUTE_S), Pace(MOST_STRANGERS, A_MINUTE_S, keys=1)
        self.port = 0
        self.outcomes: Counter[str] = Counter()

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [web.get(PATH, self._get, allow_head=False), web.post(PATH, self._post)]

    def close(self) -> None:
        """Let go of the threads; what they have in hand they finish."""
        self._threads.shutdown(wait=True)

    def collect(self) -> Iterable[Metric]:
        """Return how often pages were asked for, by what became of it."""
        counted = [((outcome,), count) for outcome, count in sorted(self.outcomes.items())]
        yield counters("stepguard_ed_requests", "Requests for pages of emergency departments.", ("outcome",), counted)

    async def _get(self, request: web.Request) -> web.Response:
        return await self._answered(lambda: self._look(request))

    async def _post(self, request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return self._page(web.HTTPForbidden.status_code, "refused", ed_forms.closed(GONE, self._unit()))
        if request.content_type != FORM_TYPE:
            return self._page(web.HTTPBadRequest.status_code, "refused", ed_forms.closed(GONE, self._unit()))
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                body = await request.read()
            fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except (TimeoutError, ValueError):
            return self._page(web.HTTPBadRequest.status_code, "refused", ed_forms.closed(GONE, self._unit()))
        # PostgreSQL keeps no NUL, and no name or reason has one.
        clean = {key: [value.replace("\x00", "") for value in values] for key, values in fields.items()}
        answer = await self._answered(lambda: self._act(request, clean))
        self._wake()
        return answer

    async def _answered(self, work: Callable[[], web.Response]) -> web.Response:
        """Do it in a thread; whoever asked reads a number to call even when we failed."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except Exception as error:  # noqa: BLE001 - a department must never be left before an empty page
            log.error("page failed", error=where(error))  # noqa: TRY400 - see alerts.fault
            html = ed_forms.closed(FAILED, self._unit())
            return self._page(web.HTTPInternalServerError.status_code, "failed", html)

    def _look(self, request: web.Request) -> web.Response:
        """Answer a GET. Writes nothing but the audit log's line for a page that was shown."""
        with self._database.read() as session:
            knock = self._knock(session, request, {})
            if isinstance(knock, web.Response):
                return knock
            if knock.visit is None:
                return self._before(session, knock)
        return self._show(knock, request.query.get("format", "html"), DONE.get(request.query.get("done", ""), ""))

    def _act(self, request: web.Request, fields: Fields) -> web.Response:
        """Answer a POST: open the page, answer as a department, or enter something."""
        with self._database.write(Turn.CALLS) as session:
            knock = self._knock(session, request, fields)
            if isinstance(knock, web.Response):
                return knock
            act = first(fields, "act")
            if act == "open":
                return self._open(session, knock)
            if knock.visit is None:
                return self._before(session, knock)
            try:
                with session.begin_nested():
                    said = self._done(session, knock, knock.visit, act)
            except (RefusedError, EntryRefusedError) as refused:
                said = str(refused)
        if isinstance(said, web.Response):
            return said
        return self._show(knock, "html", said, typed=fields if act in {"read", "save", "change"} else {})

    def _done(self, session: Session, knock: _Knock, visit: Visit, act: str) -> web.Response | str:
        """Do what a department asks; return the answer, or the sentence that is shown above the page."""
        now, fields = self._clock.now(), knock.fields
        key = "".join(filter(str.isalnum, first(fields, "key")))[:32] or secrets.token_hex(8)
        match act:
            case "accept":
                ed_desk.accept(session, visit, now)
            case "decline":
                ed_desk.decline(session, visit, first(fields, "reason"), now)
                sentence = "Thank you. The next department is being told. This page is closed."
                return self._page(web.HTTPOk.status_code, "declined", ed_forms.closed(sentence, self._unit()))
            case "move":
                ed_desk.move(session, visit, first(fields, "where"), f"{knock.link.id}-{key}", now)
            case "transfer":
                ed_desk.transfer(session, visit, self._directory.by_key(first(fields, "to")), now)
            case "read":
                entry = read_entry(fields, by=visit.signature, now=now)
                html = ed_forms.read_back(self._code(session, knock.link), entry, fields, visit.signature)
                return self._page(web.HTTPOk.status_code, "read back", html)
            case "change":
                return "Nothing was saved."
            case "save":
                entry = read_entry(fields, by=visit.signature, now=now)
                ed_desk.save(session, visit, entry, f"{knock.link.id}-{key}", now)
            case _:
                return "Nothing was done: that is no answer of this page."
        return self._see_again(knock, act)

    def _open(self, session: Session, knock: _Knock) -> web.Response:
        fields, now = knock.fields, self._clock.now()
        reader = Reader(name=first(fields, "name")[:LONGEST_NAME], role=first(fields, "role")[:LONGEST_NAME])
        if not reader.name or not reader.role:
            return self._before(session, knock, "Write your name and choose your role.", reader)
        if knock.link.standing(now) == "locked":
            return self._before(session, knock)
        opened = open_with(session, knock.link, first(fields, "code"), reader, now)
        ed_desk.log_opening(session, knock.link, reader, "opened" if opened.browser else "wrong code", now)
        if opened.browser is None:
            return self._before(session, knock, ed_forms.wrong_code(opened.left), reader)
        answer = self._see_again(knock)
        answer.set_cookie(
            f"{COOKIE}-{knock.link.id}",
            opened.browser,
            path="",  # none: the browser takes that of the address, whatever a proxy puts before it
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return answer

    def _knock(self, session: Session, request: web.Request, fields: Fields) -> _Knock | web.Response:
        """Return whose link this is, or the answer to a request that no link is for."""
        token, now_s = request.match_info["token"], monotonic_s()
        link = link_of(session, token)
        pace, key = (self._strangers, "") if link is None else (self._per_link, str(link.id))
        if not pace.allows(key, now_s):
            html = ed_forms.closed(TOO_OFTEN, self._unit())
            return self._page(web.HTTPTooManyRequests.status_code, "too often", html)
        if link is None or link.standing(self._clock.now()) == "dead":
            return self._page(web.HTTPNotFound.status_code, "no link", ed_forms.closed(GONE, self._unit()))
        given = request.cookies.get(f"{COOKIE}-{link.id}")
        reader = None if given is None else reader_of(session, link, given)
        visit = None
        if reader is not None:
            department = self._directory.by_key(link.department)
            visit = Visit(link=link, reader=reader, department=department.name if department else link.department)
        return _Knock(token=token, link=link, visit=visit, fields=fields)

    def _before(
        self, session: Session, knock: _Knock, sentence: str = "", reader: Reader | None = None
    ) -> web.Response:
        """Return the door: code, urgency, numbers to call; nothing else before the code."""
        link = link_of(session, knock.token) or knock.link
        if link.standing(self._clock.now()) == "locked":
            html = ed_forms.closed(ed_forms.locked(), self._unit())
            return self._page(web.HTTPForbidden.status_code, "locked", html)
        kept = store.look_at(session, link.incident_id)
        html = ed_forms.door(
            code=self._code(session, link),
            urgency=(kept.incident.urgency if kept else "emergency").upper(),
            calls=self._unit(),
            sentence=sentence,
            name=reader.name if reader else "",
            role=reader.role if reader else "",
        )
        return self._page(web.HTTPForbidden.status_code if sentence else web.HTTPOk.status_code, "door", html)

    def _show(self, knock: _Knock, asked: str, sentence: str = "", *, typed: Fields | None = None) -> web.Response:
        """Return the page, made at this moment from the record, in the form asked for.

        `typed` is what was sent and not done: the form keeps it. None when nothing was refused.
        """
        form: Form = next((known for known in FORMS if known == asked), "html")
        visit, link, now = knock.visit, knock.link, self._clock.now()
        assert visit is not None  # noqa: S101 - nobody else is shown anything
        with self._database.write(Turn.CALLS) as session:
            ed_desk.log_view(session, visit, form, now)
        with self._database.read() as session:
            ground = Ground(rules=self._rules, site=self._site, roster=self._roster.read(session, now))
            sheet = sheet_of(
                session,
                PatientId(link.patient_id),
                ground,
                now,
                department=self._department(link),
                page_code=page_code(link.incident_id),
            )
            kept = store.look_at(session, link.incident_id)
        told = kept.incident.departments if kept is not None else ()
        others = others_said(told, link.department, ZoneInfo(sheet.handover.profile.timezone))
        above = ed_forms.bar(link, visit.signature, sentence, good=typed is None, kept=bool(typed), others=others)
        below = ed_forms.answers(
            link,
            secrets.token_hex(8),
            self._elsewhere(link),
            expected=waits_for_patient(told, link.department),
            typed=typed or {},
        )
        body = made(sheet, form, above=above, below=below)
        self.outcomes[f"shown as {form}"] += 1
        headers = {**HEADERS, "Content-Type": CONTENT_TYPES[form]}
        if form == "pdf":
            headers |= {
                "Content-Disposition": "inline; filename=handover.pdf",
                "Content-Security-Policy": PDF_POLICY,
            }
        return web.Response(body=body, headers=headers)

    def _see_again(self, knock: _Knock, done: str = "") -> web.Response:
        """Send the browser to the page by GET, so that a reload does nothing twice."""
        self.outcomes["done"] += 1
        location = f"{knock.token}?done={done}" if done else knock.token
        return web.Response(status=web.HTTPSeeOther.status_code, headers={**HEADERS, "Location": location})

    def _page(self, status: int, outcome: str, html: str) -> web.Response:
        self.outcomes[outcome] += 1
        return web.Response(status=status, text=html, content_type="text/html", headers=HEADERS)

    def _unit(self) -> tuple[tuple[str, str], ...]:
        return (("Treating unit", self._site.unit_phone),)

    def _elsewhere(self, link: EdLink) -> tuple[tuple[str, str], ...]:
        """Return key and name of every department but the link's own."""
        return tuple((one.key, one.name) for one in self._directory.departments if one.key != link.department)

    def _department(self, link: EdLink) -> Department | None:
        return self._directory.by_key(link.department)

    def _code(self, session: Session, link: EdLink) -> PatientCode | str:
        patient = patient_by_id(session, PatientId(link.patient_id))
        return "" if patient is None else patient.code
