"""Nights on which a patient goes to an emergency department: told, opened, accepted, declined, arrived, discharged.

The page is served as at a site and read over HTTP, as a department's browser does; the telephones are fakes that
remember every word.
"""

import json
import re
from contextlib import AsyncExitStack
from datetime import UTC, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlmodel import SQLModel, select

from alerts import desk
from alerts.directory_file import load_directory
from alerts.ed_access import MARK
from alerts.ed_tables import EdLinkRow, EdSecretRow
from alerts.roster_now import RosterNow
from alerts.story_store import stories
from alerts.tables import IncidentEventRow, PageRow
from alerts.view import faults
from alerts.web.ed_door import EdDoor
from alerts.web.server import listening
from console.views.incidents import incident_detail
from gateway.audit_tables import AuditPayloadRow, AuditRow
from gateway.entered import store_entered
from gateway.settings import HttpSettings, Settings, SiteSettings
from monitor.course import Course
from monitor.enrolment import enrol
from monitor.export import timeline_of
from monitor.rulebook import load_rules
from monitor.store import add_event, events_of
from monitor.timeline import parse_timeline

DEPARTMENTS = Path(__file__).resolve().parents[2] / "deploy" / "departments.toml"
RIVERSIDE_CALL, RIVERSIDE_TEXT = "+12025550115", "+12025550116"
HOME = "+12025550190"
NORTHGATE_CALL, NORTHGATE_TEXT = "+12025550117", "+12025550118"
PUBLIC = "https://pager.example.org/stepguard"
SMS, VOICE = "sms", "voice"
ITS_NUMBERS = {RIVERSIDE_CALL, RIVERSIDE_TEXT, NORTHGATE_CALL, NORTHGATE_TEXT}
DIGITS = {"name": "Dr Maria Lund", "role": "emergency physician"}


class Browser:
    """A browser that keeps cookies and follows nothing by itself."""

    def __init__(self, port, path):
        self.port, self.path, self.cookies = port, path, {}

    def ask(self, method="GET", query="", form=None, headers=None):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        sent |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        body = urlencode(form, doseq=True) if form is not None else None
        connection.request(method, self.path + query, body=body, headers={**sent, **(headers or {})})
        answer = connection.getresponse()
        said = answer.read()
        for given in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(given).items():
                self.cookies[name] = morsel.value
        connection.close()
        answer.text = said.decode(errors="replace")
        answer.bytes = said
        return answer

    def post(self, **form):
        return self.ask("POST", form=form)

    def opens(self, code, **more):
        return self.post(act="open", code=code, **{**DIGITS, **more})

    def does(self, act, **form):
        """Do something and read the page that follows."""
        done = self.post(act=act, **form)
        return self.ask(query=f"?{done.headers['Location'].partition('?')[2]}") if done.status == 303 else done


@pytest.fixture
def house(ward, database, clock, background, ed_patient):
    """A ward whose site names two departments, with a patient on record, and the page served as behind a proxy."""
    clock.at = ed_patient.NOW
    ward.directory = load_directory(DEPARTMENTS)
    ward.page_url = PUBLIC
    ward.restart()
    record = ed_patient.timeline(code="P-0001")
    with database.write() as session:
        patient_id = enrol(
            session,
            code="P-0001",
            profile={**record["patient"], "weight_kg": 71.5},
            drug="teclistamab",
            schedule="us_weekly",
            now=clock.at,
        )
        assert patient_id == 1
        for event in record["events"]:
            if event["type"] == "reading":
                payload = {key: value for key, value in event.items() if key not in {"at", "type"}}
                payload = {**payload, "measured_at": event["at"]}
                store_entered(session, patient_id, json.dumps(payload, default=float).encode(), clock.at)
            elif event["type"] != "place":
                add_event(session, patient_id, event, "ada", clock.at)
    door = EdDoor(
        database,
        clock,
        rules=load_rules(),
        site=SiteSettings(unit_phone="555-0100"),
        roster=RosterNow(ward.roster),
        directory=ward.directory,
        public_url=PUBLIC,
        wake=lambda: None,
    )
    stack = AsyncExitStack()
    settings = Settings(http=HttpSettings(listen="127.0.0.1:0", public_url=PUBLIC))
    ward.door, ward.door.port = door, background.run(stack.enter_async_context(listening(settings, door.routes())))
    yield ward
    background.run(stack.aclose())
    door.close()


def to_departments(ward):
    """Give what departments were sent since the last look: (number, channel) and words."""
    return [(m.number, m.channel, m.body) for m in ward.phone.take() if m.number in ITS_NUMBERS]


def told(ward):
    """Let the patient be in danger and the caregiver be on the way; give the browser at the link, and the code."""
    ward.low_pressure()
    with ward.database.write() as session:
        desk.send_ed_notice(session, ward.line().id, by="Ben", now=ward.clock.at)
    ward.alerts.cycle()
    return link_and_code(ward, to_departments(ward))


def link_and_code(ward, sent):
    [text] = [body for _, channel, body in sent if channel == SMS]
    [call] = [body for _, channel, body in sent if channel == VOICE]
    address = re.search(r"https://\S+", text)[0]
    assert address.startswith(PUBLIC + "/ed/")
    code = re.search(r"message is ([\d ,]+)\.", call)[1].replace(" ", "").replace(",", "")
    return Browser(ward.door.port, address.removeprefix("https://pager.example.org/stepguard")), code


def everything_stored(database):
    """Give every row of every table, to see that nothing changed."""
    with database.read() as session:
        tables = SQLModel.metadata.sorted_tables
        return {table.name: session.connection().execute(table.select()).fetchall() for table in tables}


def course(ward):
    rules = load_rules()
    with ward.database.read() as session:
        record = parse_timeline(timeline_of(session, 1), rules.plausibility)
    return Course(record.profile, record.regimen, rules, record.events).assess(ward.clock.at)


def entered(ward):
    with ward.database.read() as session:
        return [(one.body["type"], one.by, one.body) for one in events_of(session, 1)]


def happened(ward):
    with ward.database.read() as session:
        return [row.what for row in session.exec(select(IncidentEventRow).order_by(IncidentEventRow.id))]


def test_a_department_gets_a_link_by_text_and_the_code_by_call_and_no_clinical_word(house):
    house.low_pressure()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    sent = to_departments(house)
    assert sorted((number, channel) for number, channel, _ in sent) == [(RIVERSIDE_CALL, VOICE), (RIVERSIDE_TEXT, SMS)]
    for _, _, body in sent:
        for word in ("teclistamab", "CRS", "86", "grade", "pressure"):
            assert word not in body
    assert len(next(body for _, channel, body in sent if channel == SMS)) <= 160


def test_no_secret_is_stored_in_clear(house):
    browser, code = told(house)
    token = browser.path.rpartition("/")[2]
    browser.opens(code)
    [cookie] = browser.cookies.values()
    stored = str(everything_stored(house.database))
    for secret in (token, cookie):
        assert secret not in stored
    with house.database.read() as session:
        bodies = [row.body for row in session.exec(select(PageRow).where(PageRow.role == "emergency_department"))]
        assert {row.kind for row in session.exec(select(EdSecretRow))} == {"link", "code", "browser"}
    assert len(bodies) == 2
    assert all(MARK.search(body) and code not in body for body in bodies)


def test_a_real_providers_network_carries_link_and_code(house, twilio, webhooks, network):
    house.phone = twilio
    house.restart()
    house.low_pressure()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    house.alerts.cycle()
    taken = {(one.to, one.channel): one for one in network.taken}
    address = re.search(r"https://\S+", taken[RIVERSIDE_TEXT, SMS].body)[0]
    call = taken[RIVERSIDE_CALL, VOICE]
    assert "Gather" not in str(call.form)  # nobody accepts a patient by a key
    code = re.sub(r"\D", "", re.search(r"message is ([\d ,]+)\.", str(call.form))[1])
    assert Browser(house.door.port, address.removeprefix(PUBLIC)).opens(code).status == 303


def test_before_the_code_only_code_urgency_and_numbers_are_shown(house):
    browser, _ = told(house)
    door = browser.ask()
    assert door.status == 200
    for word in ("P-0001", "EMERGENCY", "555-0100"):
        assert word in door.text
    for word in ("teclistamab", "CRS", "39.1", "Ito", "penicillin", "1956"):
        assert word not in door.text
    for form in ("pdf", "text", "fhir"):
        assert browser.ask(query=f"?format={form}").text == door.text


def test_prefetching_the_link_changes_nothing_and_locks_nothing(house):
    browser, code = told(house)
    before = everything_stored(house.database)
    for _ in range(20):
        assert browser.ask(headers={"Purpose": "prefetch", "User-Agent": "link preview"}).status == 200
    assert everything_stored(house.database) == before
    assert browser.opens(code).status == 303


def test_name_role_and_code_open_the_page_for_this_browser_alone(house):
    browser, code = told(house)
    other = Browser(browser.port, browser.path)
    opened = browser.opens(code)
    assert opened.status == 303
    cookie = opened.headers["Set-Cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=Strict"):
        assert part in cookie
    assert "Path=" not in cookie  # the address decides, whatever the proxy puts before it
    page = browser.ask()
    assert "teclistamab" in page.text
    assert "Do not assume sepsis only or CRS only" in page.text
    assert "Opened by Dr Maria Lund, emergency physician, Riverside Hospital" in page.text
    assert "teclistamab" not in other.ask().text


def test_a_code_typed_with_spaces_is_the_code_and_a_name_is_asked_for(house):
    browser, code = told(house)
    assert "Write your name" in browser.opens(code, name=" ").text
    assert browser.opens(f" {code[:3]} {code[3:]} ").status == 303


def test_nothing_on_the_way_may_keep_index_or_frame_the_page(house):
    browser, code = told(house)
    browser.opens(code)
    for answer in (browser.ask(), Browser(browser.port, browser.path).ask(), Browser(browser.port, "/ed/none").ask()):
        headers = answer.headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy


def test_the_page_comes_in_four_forms_and_every_look_is_in_the_audit_log(house):
    browser, code = told(house)
    browser.opens(code)
    assert browser.ask(query="?format=text").text.startswith("EMERGENCY   P-0001")
    pdf = browser.ask(query="?format=pdf")
    assert pdf.bytes.startswith(b"%PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Security-Policy"] == "frame-ancestors 'none'", "or a browser's own viewer stays blank"
    assert pdf.headers["Cache-Control"] == "no-store"
    fhir = browser.ask(query="?format=fhir")
    assert fhir.headers["Content-Type"].startswith("application/fhir+json")
    assert json.loads(fhir.bytes)["type"] == "document"
    browser.ask(query="?format=nonsense")
    with house.database.read() as session:
        told_of = [
            json.loads(row.payload) for row in session.exec(select(AuditPayloadRow)) if b'"deed":"view"' in row.payload
        ]
        actors = session.exec(select(AuditRow.body)).all()
    seen = [one for one in told_of if one["as"] == "page for the emergency department"]
    assert [one["form"] for one in seen] == ["text", "pdf", "fhir", "html"]
    assert all(one["by"].startswith("Dr Maria Lund, emergency physician") for one in seen)
    assert not any(b"Maria" in bytes(body) for body in actors)


def test_five_wrong_codes_lock_the_link_for_everybody_new_and_tell_the_nurse(house):
    browser, code = told(house)
    wrong = "000000" if code != "000000" else "111111"
    for left in (4, 3, 2, 1):
        answer = browser.opens(wrong)
        assert answer.status == 403
        assert f"{left} of 5 tries left" in answer.text
    assert "locked" in browser.opens(wrong).text
    right = browser.opens(code)
    assert right.status == 403
    assert not browser.cookies
    assert "locked" in browser.ask().text
    house.restart()
    house.alerts.cycle()
    [technical] = [line for line in house.lines() if line.kind == "technical"]
    assert (technical.urgency, technical.state) == ("urgent", "calling")
    assert "locked" in technical.reason
    with house.database.read() as session:
        banners = {fault.kind for fault in faults(session, house.clock.now()) if "department" in fault.text}
    assert banners == {"department"}, "the homes are heard all the same"
    assert any("SYSTEM" in message.body for message in house.phone.take())


def test_who_had_opened_the_page_keeps_it_when_a_stranger_locks_the_link(house):
    browser, code = told(house)
    browser.opens(code)
    stranger = Browser(browser.port, browser.path)
    for _ in range(6):
        stranger.opens("12" if code != "12" else "13")
    assert "teclistamab" in browser.ask().text
    assert "locked" in stranger.ask().text


def test_a_new_link_replaces_the_locked_one(house):
    browser, _ = told(house)
    for _ in range(5):
        browser.opens("1")
    with house.database.write() as session:
        desk.renew_ed_link(session, house.line().id, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    fresh, new_code = link_and_code(house, to_departments(house))
    assert fresh.path != browser.path
    assert browser.ask().status == 404
    assert fresh.opens(new_code).status == 303
    house.restart()
    house.alerts.cycle()
    assert [line.reason for line in house.lines() if line.kind == "technical"] == []


def test_accepting_ends_the_search_and_the_unit_knows_by_whom(house):
    browser, code = told(house)
    browser.opens(code)
    assert "Accepted. The unit knows" in browser.does("accept").text
    first_answer = house.line().departments
    house.advance(minutes=20)
    browser.does("accept")
    assert house.line().departments == first_answer, "a second press changes nothing"
    assert happened(house).count("accepted by the emergency department") == 1
    assert to_departments(house) == []
    [told_of] = house.line().departments
    assert (told_of.key, told_of.answer) == ("riverside", "accepted")
    assert told_of.by == "Dr Maria Lund, emergency physician, Riverside Hospital, emergency department"
    assert "accepted by the emergency department" in happened(house)
    with house.database.read() as session:
        story = stories(session)[house.line().id]
    shown = [line.text for line in incident_detail(house.line(), story, house.clock.at, UTC)]
    assert any(line.startswith("emergency department: Riverside Hospital") and "accepted" in line for line in shown)


def test_an_acceptance_by_the_department_is_none_by_the_unit(house):
    browser, code = told(house)
    browser.opens(code)
    browser.does("accept")
    house.phone.take()
    house.advance(seconds=61)
    assert house.line().holder is None
    assert any(message.channel == VOICE for message in house.phone.take())


def test_declining_tells_the_next_department_at_once_and_closes_the_page(house):
    browser, code = told(house)
    browser.opens(code)
    browser.does("accept")
    refused = browser.post(act="decline", reason=" ")  # who accepted by mistake may still decline
    assert "Say why" in refused.text
    assert "Why you cannot after all" in refused.text
    declined = browser.post(act="decline", reason="no bed")
    assert "next department is being told" in declined.text
    assert browser.ask().status == 404
    house.alerts.cycle()
    sent = to_departments(house)
    assert sorted((number, channel) for number, channel, _ in sent) == [(NORTHGATE_CALL, VOICE), (NORTHGATE_TEXT, SMS)]
    second, second_code = link_and_code(house, sent)
    assert second.opens(second_code).status == 303
    assert "no tocilizumab in stock" in second.ask().text
    assert "declined 18:24: no bed" in second.ask().text, "the next one reads what the first one said"
    assert [(one.key, one.answer, one.reason) for one in house.line().departments] == [
        ("riverside", "declined", "no bed"),
        ("northgate", None, ""),
    ]


def test_a_home_that_was_sent_to_a_department_that_declines_is_told_where_to_go_instead(house):
    house.caregiver(number=HOME)
    browser, code = told(house)
    house.phone.take()
    house.texts_back(HOME, "GOING")
    house.phone.take()
    browser.opens(code)
    browser.does("decline", reason="no bed")
    house.advance(seconds=1)
    [text] = [message.body for message in house.phone.take() if message.number == HOME]
    assert text.startswith("Go to Northgate")
    house.advance(minutes=1)
    assert not [message for message in house.phone.take() if message.number == HOME], "told once"


def test_when_every_department_declined_the_nurse_is_called(house):
    browser, code = told(house)
    browser.opens(code)
    browser.post(act="decline", reason="no bed")
    house.alerts.cycle()
    second, second_code = link_and_code(house, to_departments(house))
    second.opens(second_code)
    second.post(act="decline", reason="diverting")
    house.advance(minutes=10)
    assert to_departments(house) == []
    house.restart()
    house.alerts.cycle()
    assert "no emergency department took the patient: call one" in [line.reason for line in house.lines()]
    assert [message.body.split(".")[0] for message in house.phone.take()] == ["STEPGUARD SYSTEM"]


def test_a_department_that_neither_text_nor_call_reaches_hands_its_turn_on(house):
    house.phone.deliveries = {}
    for number, channel in ((RIVERSIDE_TEXT, SMS), (RIVERSIDE_CALL, VOICE)):
        house.phone.outcomes[number, channel] = [refused()] * 3
    house.low_pressure()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    for _ in range(3):
        house.alerts.cycle()
    numbers = {(number, channel) for number, channel, _ in to_departments(house)}
    assert {(NORTHGATE_CALL, VOICE), (NORTHGATE_TEXT, SMS)} <= numbers


def test_a_call_that_nobody_takes_is_followed_by_a_text_with_the_code(house):
    house.phone.outcomes[RIVERSIDE_CALL, VOICE] = [refused()]
    house.low_pressure()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    for _ in range(3):
        house.alerts.cycle()
    texts = [body for number, channel, body in to_departments(house) if (number, channel) == (RIVERSIDE_TEXT, SMS)]
    assert len(texts) == 2
    address = re.search(r"https://\S+", texts[0])[0]
    browser = Browser(house.door.port, address.removeprefix(PUBLIC))
    assert browser.opens(re.search(r"\b\d{6}\b", texts[1])[0]).status == 303


def test_a_department_that_says_nothing_is_called_again_and_then_the_nurse_is_told(house):
    told(house)
    house.advance(minutes=2, seconds=1)
    assert [(number, channel) for number, channel, _ in to_departments(house)] == [(RIVERSIDE_CALL, VOICE)]
    house.advance(minutes=4)
    assert to_departments(house) == []
    house.restart()
    house.alerts.cycle()
    assert any("has not answered" in line.reason for line in house.lines())
    assert "STEPGUARD SYSTEM" in house.phone.take()[-1].body


def test_the_link_dies_a_day_after_acceptance_or_a_day_after_nobody_answered(house):
    browser, code = told(house)
    browser.opens(code)
    house.clock.at += timedelta(hours=20)
    browser.does("accept")
    house.clock.at += timedelta(hours=23, minutes=59)
    assert "teclistamab" in browser.ask().text
    house.clock.at += timedelta(minutes=1)
    dead = browser.ask()
    assert dead.status == 404
    assert "555-0100" in dead.text
    assert "P-0001" not in dead.text


def test_a_link_that_nobody_accepted_dies_after_a_day(house):
    browser, _ = told(house)
    house.clock.at += timedelta(hours=24)
    assert browser.ask().status == 404


def test_support_and_grade_are_read_back_before_they_are_saved_under_the_persons_name(house):
    browser, code = told(house)
    browser.opens(code)
    given = {
        "support": "all",
        "vasopressor": ["norepinephrine"],
        "fluids": "yes",
        "oxygen": "high_flow_cannula",
        "flow": "30",
        "crs": "3",
        "medicine": "tocilizumab",
        "amount_mg": "560",
        "minutes_ago": "10",
        "key": "form1",
    }
    back = browser.post(act="read", **given)
    for words_said in (
        "norepinephrine, fluids for hypotension, high flow cannula 30 L/min",
        "CRS grade 3",
        "tocilizumab 560 mg (treatment)",
        "Nothing has been saved yet",
        "P-0001: is this right?",
        "When: 10 minutes ago",
    ):
        assert words_said in back.text
    assert not any(kind == "support" for kind, _, _ in entered(house))
    hidden = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', back.text):
        hidden.setdefault(name, []).append(value)
    hidden.pop("act")
    changing = browser.post(act="change", **hidden).text
    assert 'value="tocilizumab" selected' in changing
    assert "Nothing was saved" in changing
    assert "Saved under your name" in browser.does("save", **hidden).text
    kinds = {kind: (by, body) for kind, by, body in entered(house)}
    by, support = kinds["support"]
    assert by == "Dr Maria Lund, emergency physician, Riverside Hospital, emergency department"
    assert support["at"] == (house.clock.at - timedelta(minutes=10)).isoformat()
    assert kinds["clinician_grade"][1]["by"] == by
    answer = course(house)
    assert (answer.crs.grade, answer.crs.certainty) == (3, "confirmed")
    assert "CONFIRMED by what staff entered" in browser.ask().text


def test_the_same_form_sent_twice_is_saved_once(house):
    browser, code = told(house)
    browser.opens(code)
    for _ in range(2):
        browser.does("save", support="all", crs="2", key="form1")
    assert [kind for kind, _, _ in entered(house)].count("support") == 1
    browser.does("save", support="all", crs="2", key="form2")
    assert [kind for kind, _, _ in entered(house)].count("support") == 2


def test_a_blank_or_half_filled_form_never_ends_what_is_given(house):
    browser, code = told(house)
    browser.opens(code)
    for form, sentence in (
        ({}, "Nothing was entered"),
        ({"vasopressor": "norepinephrine"}, "Tick that this is all"),
        ({"support": "all", "oxygen": "none", "flow": "4"}, "no oxygen device"),
        ({"support": "all", "flow": "x", "oxygen": "nasal_cannula"}, "must be a number"),
        ({"crs": "7"}, "0 to 5"),
        ({"crs": "2", "minutes_ago": "-5"}, "0 to 1440"),
        ({"amount_mg": "5"}, "no medicine"),
        ({"medicine": "tocilizumab", "other_medicine": "cefepime"}, "Two medicines"),
        ({"crs": "2", "minutes_ago": "00000000099999"}, "0 to 1440"),
        ({"support": "all", "vasopressor": "coffee"}, "no vasopressor"),
    ):
        for act in ("read", "save"):
            assert sentence in browser.post(act=act, **form).text
    kept = browser.post(act="read", vasopressor="dopamine", oxygen="face_mask", crs="2", other_medicine='"x"').text
    for typed in (
        'value="dopamine" checked',
        'value="face_mask" selected',
        'value="2" selected',
        'value="&quot;x&quot;"',
    ):
        assert typed in kept, "what was typed stands in the form"
    assert kept.count(" checked") == 1
    assert {by for _, by, _ in entered(house)} == {"ada"}


def test_a_department_may_answer_by_text_when_one_patient_can_be_meant(house):
    told(house)
    house.texts_back(RIVERSIDE_TEXT, "What is this?")
    assert "answer on the page" in to_departments(house)[0][2]
    house.texts_back(RIVERSIDE_TEXT, "ok")
    assert house.line().departments[0].answer == "accepted"
    assert house.line().holder is None
    assert "Thank you" in to_departments(house)[0][2]


def test_a_department_that_texts_no_passes_the_patient_on(house):
    told(house)
    house.texts_back(RIVERSIDE_TEXT, "No, ICU is full")
    house.alerts.cycle()
    numbers = {number for number, _, _ in to_departments(house)}
    assert {NORTHGATE_CALL, NORTHGATE_TEXT} <= numbers
    assert house.line().departments[0].reason == "No, ICU is full"


def test_arrival_hands_the_patient_over_and_discharge_resumes_the_measuring_at_home(house):
    browser, code = told(house)
    browser.opens(code)
    for _ in range(2):
        assert "Why you cannot after all" not in browser.does("move", where="arrived", key="a").text
    assert happened(house).count("patient arrived") == 1
    assert course(house).place == "emergency_department"
    assert course(house).next_due.temperature is None
    [told_of] = house.line().departments
    assert told_of.answer == "accepted"
    assert told_of.arrived_at == house.clock.at
    house.says(place="emergency_department", urgency="emergency", groups={"blood_pressure"})
    assert house.line().holder == "the hospital"
    house.clock.at += timedelta(hours=5)
    browser.does("move", where="discharged", key="b")
    home = course(house)
    assert home.place == "discharged"
    assert home.next_due.temperature <= house.clock.at + timedelta(hours=1)
    assert "Choose arrived" in browser.post(act="move", where="heaven", key="c").text


def test_a_patient_who_has_not_arrived_is_told_to_the_department_that_expects_them(house):
    browser, code = told(house)
    browser.opens(code)
    browser.does("accept")
    house.says(place="travelling", urgency="urgent", groups={"arrival"})
    assert [(number, channel) for number, channel, body in to_departments(house) if "has not arrived" in body] == [
        (RIVERSIDE_TEXT, SMS)
    ]


def test_the_patients_own_order_of_departments_comes_before_the_sites(house):
    with house.database.write() as session:
        enrol(
            session,
            code="P-0001",
            profile={"departments": ["northgate", "riverside"]},
            drug="teclistamab",
            schedule=None,
            now=house.clock.at,
        )
    house.low_pressure()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    assert {number for number, _, _ in to_departments(house)} == {NORTHGATE_CALL, NORTHGATE_TEXT}


def test_without_an_acceptance_for_five_minutes_the_department_is_told_by_itself(house):
    house.low_pressure()
    house.phone.take()
    house.advance(minutes=5, seconds=1)
    assert {number for number, _, _ in to_departments(house)} == {RIVERSIDE_CALL, RIVERSIDE_TEXT}
    house.advance(minutes=1)
    assert to_departments(house) == []
    with house.database.read() as session:
        assert len(session.exec(select(EdLinkRow)).all()) == 1


def test_a_restart_between_the_text_and_the_answer_tells_nobody_twice(house):
    browser, code = told(house)
    house.restart()
    house.alerts.cycle()
    assert to_departments(house) == []
    assert browser.opens(code).status == 303


def test_requests_are_bounded_for_one_link_and_for_guessed_ones(house):
    browser, code = told(house)
    stranger = Browser(browser.port, "/ed/" + "x" * 22)
    assert {stranger.ask().status for _ in range(130)} == {404, 429}
    assert browser.opens(code).status == 303  # guessing elsewhere shuts nobody out
    unopened = Browser(browser.port, browser.path)  # the door alone: the bound is of the link, whoever asks
    assert {unopened.ask().status for _ in range(70)} == {200, 429}
    assert browser.ask().status == 429


def test_other_methods_and_other_sites_forms_are_refused(house):
    browser, code = told(house)
    browser.opens(code)
    assert browser.ask("PUT", form={"act": "accept"}).status == 404
    assert browser.ask("POST", form={"act": "accept"}, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert browser.ask("POST", form={"act": "accept"}, headers={"Content-Type": "text/plain"}).status == 400
    assert house.line().departments[0].answer is None


def test_a_fault_shows_a_number_to_call_and_logs_no_address(house, monkeypatch, capsys):
    browser, code = told(house)
    browser.opens(code)
    monkeypatch.setattr("alerts.web.ed_door.sheet_of", lambda *_arguments, **_named: 1 / 0)
    broken = browser.ask()
    assert broken.status == 500
    assert "555-0100" in broken.text
    assert browser.path.rpartition("/")[2] not in capsys.readouterr().out


def test_an_erased_patient_leaves_no_link_and_no_name(house):
    from alerts.ed_store import forget_patient  # noqa: PLC0415 - the erasure of a whole record has tests of its own

    browser, code = told(house)
    browser.opens(code)
    with house.database.write() as session:
        assert forget_patient(session, 1) >= 4
    assert browser.ask().status == 404


def refused():
    from alerts.phone import Refused  # noqa: PLC0415 - one use

    return Refused("switched off")


def arrived_at_riverside(house):
    browser, code = told(house)
    browser.opens(code)
    browser.does("accept")
    browser.does("move", where="arrived", key="a")
    house.says(place="emergency_department", urgency="emergency", groups={"blood_pressure"})
    house.phone.take()
    return browser


def test_a_transfer_tells_the_department_that_was_chosen_and_leaves_the_patient_in_hospital(house):
    browser = arrived_at_riverside(house)
    assert '<option value="northgate">' in browser.ask().text
    assert "department there is being told" in browser.does("transfer", to="northgate").text
    house.alerts.cycle()
    sent = to_departments(house)
    assert sorted((number, channel) for number, channel, _ in sent) == [(NORTHGATE_CALL, VOICE), (NORTHGATE_TEXT, SMS)]
    assert course(house).place == "emergency_department"
    assert house.line().holder == "the hospital"
    second, second_code = link_and_code(house, sent)
    second.opens(second_code)
    second.does("accept")
    second.does("move", where="arrived", key="b")
    assert [(one.key, one.answer, one.reason) for one in house.line().departments] == [
        ("riverside", "transferred", "to Northgate General, emergency department"),
        ("northgate", "accepted", ""),
    ]
    assert "transferred by the emergency department" in happened(house)
    assert browser.ask().status == 200, "who sent the patient on may still enter what was given"


def test_a_transfer_that_is_declined_on_arrival_goes_to_whoever_is_left_and_then_to_the_nurse(house):
    browser = arrived_at_riverside(house)
    browser.does("transfer", to="northgate")
    house.alerts.cycle()
    second, second_code = link_and_code(house, to_departments(house))
    second.opens(second_code)
    second.post(act="decline", reason="no bed")
    house.advance(seconds=2)
    house.restart()
    house.alerts.cycle()
    assert "no emergency department took the patient: call one" in [line.reason for line in house.lines()]
    browser.does("move", where="arrived", key="back")
    house.restart()
    house.alerts.cycle()
    assert [line.reason for line in house.lines() if line.kind == "technical"] == []
    house.phone.take()


@pytest.mark.parametrize("to", ["riverside", "elsewhere", ""])
def test_a_transfer_to_nobody_is_refused(house, to):
    browser = arrived_at_riverside(house)
    assert "Choose the department" in browser.post(act="transfer", to=to).text
    house.alerts.cycle()
    assert to_departments(house) == []


def test_a_ward_that_discharges_after_days_asks_the_unit_for_a_new_link(house):
    browser = arrived_at_riverside(house)
    browser.does("move", where="admitted", key="b")
    house.says(place="admitted", urgency="emergency", groups={"blood_pressure"})
    house.clock.at += timedelta(days=3)
    assert browser.ask().status == 404
    with house.database.write() as session:
        desk.renew_ed_link(session, house.line().id, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    ward, ward_code = link_and_code(house, to_departments(house))
    ward.opens(ward_code)
    ward.does("save", support="all", minutes_ago="60", key="c")
    ward.does("move", where="discharged", key="d")
    home = course(house)
    assert home.place == "discharged"
    assert home.next_due.temperature <= house.clock.at + timedelta(hours=1)
    given = [by for kind, by, _ in entered(house) if kind == "support"]
    assert given == ["Dr Maria Lund, emergency physician, Riverside Hospital, emergency department"]
    house.phone.take()


def test_the_unit_tells_the_hospital_that_a_patient_goes_on_to_when_the_first_one_telephones(house):
    arrived_at_riverside(house)
    riverside, northgate = house.directory.departments
    with house.database.write() as session:
        with pytest.raises(desk.Refused, match="already"):
            desk.pass_on(session, house.line().id, to=riverside, by="Ben", now=house.clock.at)
        desk.pass_on(session, house.line().id, to=northgate, by="Ben", now=house.clock.at)
    house.alerts.cycle()
    assert {number for number, _, _ in to_departments(house)} == {NORTHGATE_CALL, NORTHGATE_TEXT}
    assert house.line().departments[0].by == "Ben"
