"""A day's administration by command alone: nothing that a ward needs can only be done through SQL."""

import json

import pytest

from console.commands.watch import differences, long_numbers
from gateway.settings import MqttSettings, Settings, SettingsError, SiteSettings, TwilioSettings, load_settings

ENTRIES = [
    ("dose", ["--step", "SUD1", "--amount", "0.06", "--unit", "mg/kg"]),
    ("medication", ["acetaminophen", "--amount", "1000", "--unit", "mg", "--purpose", "treatment"]),
    ("place", ["travelling", "--expected-by", "2026-03-02T23:30Z"]),
    ("support", ["--oxygen", "nasal_cannula", "--flow", "2", "--fluids", "--vasopressor", "norepinephrine"]),
    ("ice", ["--orientation", "4", "--naming", "3", "--commands", "1", "--writing", "1", "--attention", "0"]),
    ("neuro", ["--consciousness", "voice", "--seizure", "brief", "--motor-weakness"]),
    ("symptom", ["rigors", "dizziness"]),
    ("baseline", ["--systolic-mmhg", "118", "--temperature-c", "36.7"]),
    ("attribution", ["fever", "infection"]),
    ("grade", ["crs", "3"]),
]


@pytest.fixture
def ward(stepguard):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--systolic-mmhg", "124").code == 0
    return stepguard


def exported(stepguard, code="P-0042"):
    return stepguard("export", "timeline", code).object


@pytest.mark.parametrize(("command", "arguments"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_every_entry_reaches_the_record_under_a_name_and_at_its_time(ward, command, arguments):
    said = ward(command, "P-0042", *arguments, "--at", "2026-03-02T22:10+01:00", "--by", "ada")
    assert said.code == 0, said.err
    (event,) = exported(ward)["events"]
    assert event["by"] == "ada"
    assert event["at"] == "2026-03-02T21:10:00+00:00"
    assert event["type"] == {"grade": "clinician_grade"}.get(command, command)
    assert said.out.startswith(event["id"])


def test_what_is_exported_is_graded_again(ward, here):
    for command, arguments in ENTRIES:
        ward(command, "P-0042", *arguments, "--at", "2026-03-02T10:00Z", "--by", "ada")
    (here / "again.json").write_text(ward("export", "timeline", "P-0042").out)
    said = ward("replay", "again.json", "--all")
    assert said.code == 0, said.err
    last = json.loads(said.out.splitlines()[-1])
    assert last["window"]["dose"] == "SUD1"
    assert last["crs"]["clinician_grade"] == 3
    assert last["icans"]["ice"] == 9


def test_an_entry_is_struck_out_by_its_name(ward):
    ref = ward("dose", "P-0042", "--step", "SUD1", "--by", "ada").out.split()[0]
    assert ward("void", "P-0042", ref, "--why", "wrong patient", "--by", "ben").code == 0
    assert exported(ward)["events"][-1]["of"] == ref


def test_an_entry_that_is_not_there_cannot_be_struck_out(ward):
    ward("void", "P-0042", "m99", "--why", "typo").refuses("m99", "no such entry")


def test_an_entry_is_corrected_by_a_line_of_shorthand_and_keeps_its_instant(ward):
    wrong = ward("medication", "P-0042", "paracetamol", "--amount", "500", "--unit", "mg", "--by", "ada").out.split()[0]
    ward("correct", "P-0042", wrong, "m para").refuses("how much")
    ward("correct", "P-0042", "m99", "m para 1000").refuses("m99")
    done = ward("correct", "P-0042", wrong, "m para 1000", "--why", "two tablets", "--by", "ben", "--json")
    old, right, void = exported(ward)["events"][-3:]
    assert (right["amount"], right["at"], right["corrects"]) == (1000, old["at"], wrong)
    assert (void["of"], void["why"], void["replaced_by"]) == (wrong, "two tablets", json.loads(done.out)["entry"])
    ward("void", "P-0042", wrong, "--why", "again").refuses("struck out already", "ben")


def test_own_limits_are_set_with_their_end_and_ended(ward):
    given = (
        "limit",
        "P-0042",
        "oximetry",
        "--urgent",
        "88",
        "--emergency",
        "85",
        "--why",
        "chronic hypoxia",
        "--by",
        "ada",
    )
    ward(*given).refuses("--until")
    ward(*given, "--until", "2026-03-16T12:00Z", "--end").refuses("--end")
    ward(*given[:4], "20", *given[5:], "--until", "2026-03-16T12:00Z").refuses("outside 70 to 96")
    over = ward(*given, "--until", "2020-03-16T12:00Z", "--clinician", "Dr Berg")
    assert (over.code, "the general limits of oximetry count" in over.err) == (0, True)
    own = exported(ward)["patient"]["limits"]["oximetry"]
    assert (own["urgent"], own["by"], own["why"]) == (88, "Dr Berg", "chronic hypoxia")
    assert ward("limit", "P-0042", "oximetry", "--end", "--by", "ada").code == 0
    assert exported(ward)["patient"]["limits"] == {}
    ward("limit", "P-0042", "oximetry", "--end").refuses("no own limits")


def test_a_grade_is_withdrawn(ward):
    ward("grade", "P-0042", "crs", "none", "--by", "ada")
    assert exported(ward)["events"][0]["grade"] is None


def test_no_symptom_named_ends_them_all(ward):
    ward("symptom", "P-0042", "--by", "ada")
    assert exported(ward)["events"][0]["names"] == []


def test_without_a_name_the_login_name_is_entered(ward, monkeypatch):
    monkeypatch.setenv("LOGNAME", "cleo")
    ward("place", "P-0042", "home")
    assert exported(ward)["events"][0]["by"] == "cleo"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dose", "P-9", "--step", "SUD1"], ["'P-9'", "enroll"]),
        (["dose", "P-0042", "--step", "SUD1", "--at", "2026-03-02T10:00"], ["--at", "no offset"]),
        (["dose", "P-0042", "--step", "SUD1", "--at", "yesterday"], ["--at", "'yesterday'"]),
        (["dose", "P-0042", "--step", "SUD1", "--amount", "0.3"], ["--amount", "--unit"]),
        (["dose", "P-0042", "--step", "SUD1", "--amount", "much", "--unit", "mg"], ["--amount"]),
        (["place", "P-0042", "moon"], ["WHERE", "'moon'"]),
        (["ice", "P-0042", "--orientation", "5"], ["--orientation"]),
        (["baseline", "P-0042"], ["--systolic-mmhg"]),
        (["grade", "P-0042", "crs", "6"], ["GRADE"]),
        (["dose", "P-0042", "--step", "SUD1", "--by", " "], ["--by"]),
        (["contact", "add", "P-0042", "--name", "son", "--number", "20123456"], ["'20123456'"]),
        (["contact", "add", "P-0042", "--name", "son", "--number", "+4520123456", "--language", "pl"], ["'pl'", "da"]),
        (["contact", "add", "P-0042", "--name", " ", "--number", "+4520123456"], ["name", "daughter"]),
        (["contact", "remove", "P-0042", "+4520999999"], ["+4520999999", "contact list"]),
        (["contact", "correct", "P-0042", "+4520123456"], ["--name", "--letter"]),
        (["baseline", "P-0042", "--temperature-c", "98.6"], ["98.6", "between 34 and 39"]),
        (["enroll", "P-1", "--timezone", "Mars/Olympus"], ["Mars/Olympus"]),
        (["enroll", "P-1", "--temperature-c", "98.6"], ["98.6", "between 34 and 39"]),
        (["enroll", "P-1", "--weight-kg", "715"], ["715", "kilograms"]),
        (["enroll", "P-1", "--language", "fr"], ["'fr'", "da"]),
        (["enroll", "Anna Jensen"], ["'Anna Jensen'", "opaque"]),
        (["enroll", "P/1"], ["'P/1'", "opaque"]),
        (["enroll", "p-0042"], ["'p-0042'", "P-0042"]),
        (["enroll", "P-1", "--born", "2015-01-01"], ["under 18"]),
        (["enroll", "P-1", "--condition", "tall"], ["--condition", "'tall'"]),
        (["device", "assign", "kit-1", "P-0042"], ["'kit-1'"]),
        (["drugs", "aspirin"], ["'aspirin'", "teclistamab"]),
        (["roster", "check", "--file", "none.toml"], ["none.toml"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_used_is_said_in_one_line_and_stores_nothing(ward, arguments, words):
    before = exported(ward)
    ward(*arguments).refuses(*words)
    assert exported(ward) == before


def test_enrolling_again_renews_what_is_given_and_keeps_the_rest(ward):
    ward("enroll", "P-0042", "--spo2-pct", "97", "--condition", "beta_blocker")
    record = exported(ward)
    assert record["patient"]["baseline"] == {"systolic_mmhg": 124, "spo2_pct": 97}
    assert record["patient"]["conditions"] == ["beta_blocker"]
    assert record["regimen"] == {"drug": "teclistamab"}


def test_limits_come_from_a_profile_file(stepguard, here):
    limits = {"oximetry": {"urgent": 88, "emergency": 85, "by": "Dr Ito", "why": "COPD", "until": "2026-12-31T00:00Z"}}
    (here / "profile.json").write_text(json.dumps({"code": "P-7", "spo2_scale": 2, "limits": limits}))
    assert stepguard("enroll", "P-7", "--profile", "profile.json").code == 0
    assert exported(stepguard, "P-7")["patient"]["limits"] == limits
    stepguard("enroll", "P-8", "--profile", "profile.json").refuses("'P-7'", "'P-8'")


def test_a_hub_is_let_in_once_and_stands_in_one_home(ward):
    added = ward("device", "add", "kit-1", "--json")
    assert added.object["hub"] == "kit-1"
    assert len(added.object["password"]) >= 16
    ward("device", "add", "kit-1").refuses("'kit-1'", "exists")
    assert ward("device", "assign", "kit-1", "P-0042", "--from", "2026-03-02T08:00Z").code == 0
    ward("device", "assign", "kit-1", "P-0042").refuses("assigned already, to P-0042", "device unassign kit-1")
    (hub,) = ward("device", "list", "--json").object
    assert (hub["hub"], hub["patient"], hub["disabled"]) == ("kit-1", "P-0042", False)
    assert added.object["password"] not in ward("device", "list").out
    assert ward("device", "unassign", "kit-1", "--until", "2026-03-09T08:00Z").code == 0
    assert ward("device", "disable", "kit-1").code == 0
    assert ward("device", "list", "--json").object[0]["disabled"] is True


def test_a_new_password_replaces_the_old_one(ward):
    first = ward("device", "add", "kit-1").out.strip()
    second = ward("device", "password", "kit-1").out.strip()
    assert first != second
    assert " " not in second


def test_telephones_are_bound_listed_and_unbound(ward):
    assert ward("contact", "add", "P-0042", "--name", "daughter", "--number", "+4520123456").code == 0
    (bound,) = ward("contact", "list", "P-0042", "--json").object
    assert (bound["name"], bound["number"], bound["consent_values"]) == ("daughter", "+4520123456", False)
    assert ward("contact", "remove", "P-0042", "+4520123456").code == 0
    assert ward("contact", "list", "P-0042", "--json").object == []


def test_two_homes_with_one_telephone_are_told_apart_by_letters_also_afterwards(ward):
    number = ("--number", "+4520123456")
    ward("contact", "add", "P-0042", "--name", "daughter", *number, "--consent-values", "--by", "ada")
    ward("enroll", "P-7", "--by", "ada")
    ward("contact", "add", "P-7", "--name", "daughter", *number, "--letter", "D").refuses(
        "stepguard contact correct P-0042 +4520123456 --letter"
    )
    assert ward("contact", "correct", "P-0042", "+4520123456", "--letter", "a", "--language", "da").code == 0
    ward("contact", "add", "P-7", "--name", "daughter", *number, "--letter", "A").refuses("not A")
    assert ward("contact", "add", "P-7", "--name", "daughter", *number, "--letter", "D").code == 0
    ward("contact", "correct", "P-0042", "+4520123456", "--letter", "none").refuses("not D")
    (bound,) = ward("contact", "list", "P-0042", "--json").object
    assert (bound["letter"], bound["language"], bound["consent"]) == ("A", "da", "agreed")


def test_a_drug_or_schedule_that_the_catalogue_does_not_know_is_kept_and_doubted(ward):
    said = ward("enroll", "P-0042", "--drug", "teclistmab")
    assert (said.code, "did you mean teclistamab?" in said.err) == (0, True)
    said = ward("enroll", "P-0042", "--drug", "Tecvayli", "--schedule", "weekly")
    assert (said.code, "known are us_weekly" in said.err) == (0, True)
    assert ward("enroll", "P-0042", "--drug", "Tecvayli", "--schedule", "us_weekly").err == ""


def test_the_roster_says_who_is_called_and_that_it_is_only_the_example(stepguard):
    said = stepguard("roster", "show", "--at", "2026-03-02T02:10Z", "--json")
    assert said.object["on_call"]["nurse"] == "Ben Ortiz"
    assert said.object["example"] is True


def test_hours_nobody_covers_are_listed(stepguard, here):
    (here / "roster.toml").write_text(ROSTER_WITHOUT_NIGHTS)
    said = stepguard("roster", "check", "--file", "roster.toml", "--days", "1")
    assert said.code == 1
    assert "nobody is nurse" in said.out


def test_an_empty_roster_is_refused_with_the_remedy(stepguard, here):
    (here / "empty.toml").write_text('timezone = "UTC"\n')
    (here / "stepguard.toml").write_text('[site]\nroster = "empty.toml"\n')
    for command in (["check"], ["up"], ["alerts"]):
        stepguard(*command).refuses("empty.toml", "[[person]]", "[[shift]]")


def test_a_text_coming_back_is_received_and_listed(ward):
    assert ward("outbox", "reply", "--from", "+12025550111", "ABC OK").code == 0
    (line,) = ward("outbox", "list", "--json").object
    assert (line["direction"], line["number"], line["body"]) == ("in", "+12025550111", "ABC OK")


def test_every_number_of_the_catalogue_comes_with_its_source_and_confidence(stepguard):
    for row in stepguard("drugs", "--json").object:
        for onset in row["onset"]:
            assert onset["source"]
            assert onset["confidence"]
        for schedule in row["drug"]["schedules"]:
            for step in schedule["steps"]:
                assert step["source"]
                assert step["confidence"]
    assert "Lancet Oncol 2024;25:e205" in stepguard("drugs", "teclistamab").out


def test_check_prints_what_differs_from_the_defaults_and_that_nobody_signed(stepguard, here):
    (here / "stepguard.toml").write_text('[site]\nunit_phone = "+4535450000"\n')
    said = stepguard("check")
    assert said.code == 0
    assert "site.unit_phone = '+4535450000', default '555-0100'" in said.out
    assert "unsigned" in said.err
    assert "texts to homes: unreviewed in German and Spanish" in said.err


def test_a_number_so_long_that_texts_to_homes_would_lose_their_end_is_named():
    long = Settings(site=SiteSettings(unit_phone="+45 35 45 00 00, at night 12"))
    assert [line.split(":")[0] for line in long_numbers(long)] == ["site.unit_phone"]
    assert list(long_numbers(Settings())) == []


def test_a_secret_is_never_printed():
    settings = Settings(twilio=TwilioSettings(account_sid="AC1", auth_token="hush"), mqtt=MqttSettings(password="hush"))
    lines = list(differences(settings))
    assert "twilio.auth_token = (set)" in lines
    assert "mqtt.password = (set)" in lines
    assert "hush" not in " ".join(lines)


def test_a_secret_in_the_file_is_refused_with_the_name_of_its_variable(stepguard, here):
    (here / "stepguard.toml").write_text('[twilio]\nauth_token = "hush"\n')
    said = stepguard("check")
    said.refuses("stepguard.toml", "[twilio] auth_token", "STEPGUARD_TWILIO__AUTH_TOKEN")
    assert "hush" not in said.err


def test_a_password_in_the_database_url_of_the_file_is_refused(stepguard, here):
    (here / "stepguard.toml").write_text('[database]\nurl = "postgresql+psycopg://sg:hush@db/stepguard"\n')
    said = stepguard("check")
    said.refuses("stepguard.toml", "[database] url", "STEPGUARD_DATABASE__URL_FILE")
    assert "hush" not in said.err


def test_a_secret_is_read_from_the_file_that_the_environment_names(here):
    (here / "token").write_text("hush\n")
    settings = load_settings(None, {"STEPGUARD_TWILIO__AUTH_TOKEN_FILE": str(here / "token")})
    assert settings.twilio.auth_token == "hush"


@pytest.mark.parametrize(("made", "wrong"), [(None, "No such file"), ("", "is empty")])
def test_a_secret_file_that_gives_no_secret_is_named(here, made, wrong):
    if made is not None:
        (here / "token").write_text(made)
    with pytest.raises(SettingsError, match=rf"STEPGUARD_MQTT__PASSWORD_FILE: .*token.*{wrong}"):
        load_settings(None, {"STEPGUARD_MQTT__PASSWORD_FILE": str(here / "token")})


def test_signed_rules_are_not_called_unsigned(stepguard, here):
    (here / "stepguard.toml").write_text('[rules]\nsigned_by = "Dr Ito"\nsigned_on = "2026-12-01"\n')
    assert "unsigned" not in stepguard("check").err


def test_a_chain_that_never_ran_can_neither_see_nor_call(stepguard):
    said = stepguard("status", "--json")
    assert said.code == 1
    assert (said.object["can_see"], said.object["can_call"]) == (False, False)
    assert "NO" in stepguard("status").out


ROSTER_WITHOUT_NIGHTS = """
timezone = "UTC"
[[person]]
key = "one"
name = "One"
number = "+12025550131"
""" + "".join(
    f"""
[[shift]]
role = "{role}"
person = "one"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
from = 07:00:00
until = {until}
"""
    for role, until in [
        ("nurse", "19:00:00"),
        ("second_nurse", "07:00:00"),
        ("oncologist", "07:00:00"),
        ("emergency_department", "07:00:00"),
    ]
)
