"""The default policy: every threshold just before, exactly at, just after; and policies that are refused."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.acknowledgement import Acknowledgement
from alerts.due_pages import due_pages, next_change
from alerts.incident import Fired, Incident, fire
from alerts.incident_news import observe, open_for, pass_time
from alerts.policy_file import PolicyError, load_policy, policy_lines, terms_of
from alerts.policy_vectors import reached as reached_by
from alerts.report import Report
from alerts.response import acknowledge
from alerts.roster_file import load_roster

POLICY = load_policy()
ROSTER = load_roster()
TERMS = terms_of(POLICY)
START = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SHIPPED = resources.files("alerts").joinpath("data", "policy.toml").read_text()


def report(urgency="urgent", **said):
    groups = said.pop("groups", frozenset({"temperature"}) if urgency != "watch" else frozenset())
    return Report(at=START, urgency=urgency, urgent_groups=frozenset(groups), **said)


def silence(urgency="watch", **said):
    groups = {"sight"} if urgency == "urgent" else set()
    return report(urgency, groups=groups, overdue=("temperature",), exposed=True, **said)


def opened(said):
    incident = open_for(said, TERMS, START)
    assert incident is not None
    return incident


def reached(incident, after_s):
    """Return who has been owed a page by then, as role and channel."""
    pages = due_pages(incident, POLICY, ROSTER, START + timedelta(seconds=after_s))
    return {(page.role, page.channel) for page in pages if page.message != "go_now"}


@pytest.mark.parametrize(
    ("said", "role", "channel", "after_s"),
    [
        (report("emergency"), "caregiver", "sms", 0),
        (report("emergency"), "nurse", "sms", 0),
        (report("emergency"), "nurse", "voice", 60),
        (report("emergency"), "second_nurse", "sms", 120),
        (report("emergency"), "oncologist", "sms", 180),
        (report("emergency"), "emergency_department", "sms", 300),
        (report("urgent"), "caregiver", "sms", 0),
        (report("urgent"), "nurse", "sms", 0),
        (report("urgent"), "nurse", "voice", 300),
        (report("urgent"), "second_nurse", "sms", 600),
        (report("urgent"), "oncologist", "sms", 900),
        (report("watch"), "caregiver", "sms", 3600),
        (silence(), "caregiver", "sms", 0),
        (silence(), "caregiver", "voice", 600),
        (silence(), "nurse", "sms", 1800),
        (silence("urgent"), "nurse", "voice", 2100),
        (silence("urgent"), "second_nurse", "sms", 2400),
        (silence("urgent"), "oncologist", "sms", 2700),
    ],
)
def test_each_rung_comes_at_its_second(said, role, channel, after_s):
    incident = opened(said)
    assert (role, channel) not in reached(incident, after_s - 1)
    assert (role, channel) in reached(incident, after_s)
    assert (role, channel) in reached(incident, after_s + 1)


@pytest.mark.parametrize(("urgency", "hold_s"), [("emergency", 900), ("urgent", 7200), ("watch", 28800)])
def test_each_acknowledgement_holds_its_time_and_has_ended_at_its_end(urgency, hold_s):
    held = acknowledge(opened(report(urgency)), by="Ada", note="", now=START)
    end = START + timedelta(seconds=hold_s)
    assert pass_time(held, end - SECOND).state == "acknowledged"
    assert pass_time(held, end).state == "open"
    assert pass_time(held, end + SECOND).round == 2


def test_go_now_comes_five_minutes_after_a_single_dangerous_value():
    incident = opened(report("emergency", groups={"oximetry"}))
    said = [
        [page.message for page in due_pages(incident, POLICY, ROSTER, START + timedelta(seconds=after_s))].count(
            "go_now"
        )
        for after_s in (299, 300, 301)
    ]
    assert said == [0, 1, 1]


def test_a_silence_becomes_no_answer_at_its_second():
    nurse = Fired(key="sight.nurse.sms", role="nurse", channel="sms", at=START + timedelta(seconds=1800))
    incident = fire(opened(silence("urgent")), nurse)
    kinds = [pass_time(incident, START + timedelta(seconds=after_s)).kind for after_s in (3599, 3600, 3601)]
    assert kinds == ["no_sight", "no_answer", "no_answer"]


def test_no_answer_waits_half_an_hour_for_a_nurse_who_was_called_late():
    nurse = Fired(key="sight.nurse.sms", role="nurse", channel="sms", at=START + timedelta(hours=5))
    incident = fire(opened(silence("urgent")), nurse)
    kinds = [pass_time(incident, nurse.at + timedelta(seconds=after_s)).kind for after_s in (1799, 1800, 1801)]
    assert kinds == ["no_sight", "no_answer", "no_answer"]


def test_nobody_can_fail_to_answer_before_anybody_was_called():
    assert pass_time(opened(silence("urgent")), START + timedelta(days=1)).kind == "no_sight"


def test_a_silence_nobody_is_exposed_in_never_becomes_no_answer():
    nurse = Fired(key="sight.nurse.sms", role="nurse", channel="sms", at=START)
    incident = fire(opened(replace(silence(), exposed=False)), nurse)
    assert pass_time(incident, START + timedelta(days=2)).kind == "no_sight"


@pytest.mark.parametrize(
    ("local", "due"), [("20:59:59", "21:59:59"), ("21:00:00", "07:00:00"), ("06:00:00", "07:00:00")]
)
def test_measuring_again_waits_for_the_morning(local, due):
    began = datetime.fromisoformat(f"2026-03-03T{local}+00:00")
    incident = open_for(replace(report("watch"), at=began), TERMS, began)
    at = next_change(incident, POLICY, ROSTER, began)
    assert at is not None
    assert f"{at:%H:%M:%S}" == due


def test_every_page_has_a_reason():
    for said in (report("emergency"), report("urgent"), silence("urgent")):
        pages = due_pages(opened(said), POLICY, ROSTER, START + timedelta(hours=1))
        assert pages
        assert all(page.reason for page in pages)


reports = st.builds(
    Report,
    at=st.just(START),
    urgency=st.sampled_from(["routine", "watch", "urgent", "emergency"]),
    grade=st.one_of(st.none(), st.integers(min_value=0, max_value=4)),
    urgent_groups=st.frozensets(
        st.sampled_from(["temperature", "oximetry", "blood_pressure", "sight", "symptom rigors"])
    ),
    blind=st.booleans(),
    overdue=st.sampled_from([(), ("temperature",)]),
    place=st.sampled_from(["home", "travelling", "emergency_department", "admitted", "discharged"]),
    exposed=st.booleans(),
    reading_id=st.one_of(st.none(), st.integers(min_value=1, max_value=50)),
    measured=st.frozensets(st.sampled_from(["temperature", "oximetry", "blood_pressure"])),
    by_text=st.booleans(),
)


def lived(first, steps):
    """Play reports, acknowledgements and time against one incident, firing whatever falls due."""
    incident, now = open_for(first, TERMS, START), START
    if incident is None:
        return
    for minutes, said, accepted in steps:
        now += timedelta(minutes=minutes)
        incident = pass_time(incident, now)
        if incident.live and said is not None:
            incident = observe(incident, said, now)
        if incident.live and accepted:
            incident = acknowledge(incident, by="Ada", note="", now=now)
        for page in due_pages(incident, POLICY, ROSTER, now):
            incident = fire(incident, Fired(key=page.key, role=page.role, channel=page.channel, at=now))
        yield incident, said, now


steps = st.lists(
    st.tuples(st.integers(min_value=0, max_value=200), st.one_of(st.none(), reports), st.booleans()), max_size=12
)


@given(reports, steps)
def test_an_incident_never_calls_lower_than_the_report_while_somebody_is_at_home(first, course):
    for incident, said, _now in lived(first, course):
        if said is not None and incident.live:
            order = ["routine", "watch", "urgent", "emergency"]
            assert order.index(incident.urgency) >= order.index(said.urgency)


@given(reports, steps)
def test_an_unaccepted_emergency_at_home_always_has_a_next_step(first, course):
    for incident, _said, now in lived(first, course):
        if incident.urgency == "emergency" and incident.live and incident.acknowledgement is None:
            assert next_change(incident, POLICY, ROSTER, now) is not None


@given(reports, steps)
def test_nothing_is_owed_twice_at_one_instant(first, course):
    for incident, _said, now in lived(first, course):
        assert due_pages(incident, POLICY, ROSTER, now) == []


@given(reports, steps)
def test_an_acknowledgement_never_outlives_its_end(first, course):
    for incident, _said, now in lived(first, course):
        held = incident.acknowledgement
        if held is not None and held.until is not None:
            assert now < held.until


@given(reports, reports)
def test_seeing_the_same_report_twice_calls_nobody_again(first, second):
    incident = open_for(first, TERMS, START)
    if incident is None:
        return
    once = observe(incident, second, START + SECOND)
    if once.live:
        twice = observe(once, second, START + SECOND)
        assert (twice.state, twice.round, twice.urgency, twice.acknowledgement) == (
            once.state,
            once.round,
            once.urgency,
            once.acknowledgement,
        )


def test_a_policy_file_names_a_source_and_a_date_for_every_table_of_numbers():
    def walk(tree):
        for value in tree.values():
            if isinstance(value, dict):
                if any(isinstance(leaf, int) and not isinstance(leaf, bool) for leaf in value.values()):
                    assert value["source"] == "engineering"
                    assert value["unsigned"] is True
                    assert value["date"]
                walk(value)

    walk(tomllib.loads(SHIPPED))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hold_s = 600", "hold_s = 600\nholds = 1", "unknown field `holds`"),
        ("[ladder.watch]", "[ladder.calm]", "[ladder.watch] is missing"),
        ("repeat_every_s = 300\n", "repeat_every_s = 180\n", "[ladder.emergency] repeat_every_s must be above 180"),
        ("acknowledgement_holds_s = 900", "acknowledgement_holds_s = 0", "acknowledgement_holds_s must be above 0"),
        (
            'role = "oncologist", channel = "sms", after_s = 180',
            'role = "nurse", channel = "sms", after_s = 180',
            "twice",
        ),
        ("after_s = 60 }", "after_s = -1 }", "after_s is below 0"),
        ('channel = "voice", after_s = 60', 'channel = "pigeon", after_s = 60', "Invalid enum value 'pigeon'"),
        ("[night]", "[night", "not valid TOML"),
    ],
)
def test_a_policy_that_could_stay_silent_is_refused_by_name(tmp_path, old, new, said):
    assert old in SHIPPED
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.replace(old, new, 1))
    with pytest.raises(PolicyError) as refused:
        load_policy(file)
    assert said in str(refused.value)
    assert "policy.toml" in str(refused.value)


FASTER = SHIPPED.replace('channel = "voice", after_s = 60', 'channel = "voice", after_s = 30', 1)
AT_ONCE = ["caregiver sms", "nurse sms"]


def vectors(*rows):
    return "".join(
        f'[[vector]]\nladder = "{ladder}"\nafter_s = {after_s}\ncalled = {called}\n' for ladder, after_s, called in rows
    )


BESIDE = (
    ("emergency", 29, AT_ONCE),
    ("emergency", 30, [*AT_ONCE, "nurse voice"]),
    ("emergency", 31, [*AT_ONCE, "nurse voice"]),
)


def test_a_site_may_change_a_rung(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(FASTER + vectors(*BESIDE))
    policy = load_policy(file)
    assert policy_lines(file) == [
        "policy: emergency: nurse voice after 30 s, default after 60 s",
        "policy: 1 calls changed, 3 test vectors pass",
    ]
    pages = due_pages(opened(report("emergency")), policy, ROSTER, START + timedelta(seconds=30))
    assert ("nurse", "voice") in {(page.role, page.channel) for page in pages}


@pytest.mark.parametrize("left_out", range(3))
def test_a_changed_call_needs_a_vector_just_before_at_and_just_after_it(tmp_path, left_out):
    file = tmp_path / "policy.toml"
    file.write_text(FASTER + vectors(*(row for at, row in enumerate(BESIDE) if at != left_out)))
    with pytest.raises(PolicyError, match=rf"policy\.toml: .*missing: emergency after {BESIDE[left_out][1]} s\."):
        load_policy(file)


def test_a_call_that_is_gone_needs_a_vector_where_it_was(tmp_path):
    file = tmp_path / "policy.toml"
    gone = SHIPPED.replace('  { role = "second_nurse", channel = "sms", after_s = 120 },\n', "", 1)
    file.write_text(gone)
    with pytest.raises(PolicyError, match="missing: emergency after 120 s"):
        load_policy(file)
    file.write_text(gone + vectors(("emergency", 120, [*AT_ONCE, "nurse voice"])))
    assert "second_nurse sms not at all" in policy_lines(file)[0]


def test_the_notice_to_the_department_needs_vectors_too(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text(SHIPPED.replace("after_s = 300\nhold_s", "after_s = 240\nhold_s", 1))
    with pytest.raises(PolicyError, match=r"missing: emergency after 239 s; emergency after 240 s; emerg.* 241 s"):
        load_policy(file)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("emergency", 29, [*AT_ONCE, "nurse voice"]), "emergency after 29 s fails: not called: nurse voice"),
        (("emergency", 30, AT_ONCE), "emergency after 30 s fails: called too: nurse voice"),
        (("emergency", 30, ["nurse pigeon"]), "not called: nurse pigeon"),
        (("calm", 30, []), "calm"),
    ],
)
def test_a_vector_that_fails_stops_the_policy_and_is_named(tmp_path, row, said):
    file = tmp_path / "policy.toml"
    file.write_text(FASTER + vectors(*BESIDE, row))
    with pytest.raises(PolicyError) as refused:
        load_policy(file)
    assert said in str(refused.value)


@pytest.mark.parametrize("ladder", POLICY.ladders)
def test_every_ladder_can_be_played(ladder):
    rung = POLICY.ladders[ladder].rungs[-1]
    before, at = (reached_by(POLICY, ladder, rung.after_s - early, TERMS) for early in (1, 0))
    assert f"{rung.role} {rung.channel}" in at - before


def test_values_of_an_incident_are_complete_without_a_database():
    assert Incident.__dataclass_params__.frozen
    assert Acknowledgement.__dataclass_params__.frozen
