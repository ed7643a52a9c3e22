"""Holding calls back by command: bounded, owned, reasoned, listed, ended."""

from importlib import resources

import pytest

PROFILE = ("--drug", "teclistamab", "--by", "ada")


@pytest.fixture
def ward(stepguard):
    assert stepguard("enroll", "P-0042", *PROFILE).code == 0
    return stepguard


def add(ward, target="P-0042", *more, for_="2h"):
    return ward("silence", "add", target, "--for", for_, "--why", "device in repair", "--by", "ada", *more)


def test_a_silence_is_entered_listed_shown_by_status_and_ended(ward):
    said = add(ward)
    assert said.code == 0
    assert said.out.startswith("silence 1: P-0042 until ")
    [listed] = ward("silence", "list", "--json").object
    assert (listed["target"], listed["covers"], listed["by"], listed["why"]) == (
        "P-0042",
        "watch",
        "ada",
        "device in repair",
    )
    assert "by ada: device in repair" in ward("silence", "list").out
    findings = ward("status", "--json").object["findings"]
    [silenced] = [finding["text"] for finding in findings if finding["subject"] == "silenced"]
    assert silenced.startswith("P-0042 for ")
    assert silenced.endswith("more, by ada: device in repair")
    assert ward("silence", "end", "1", "--why", "repaired", "--by", "ben").out == "silence 1 has ended\n"
    assert ward("silence", "list").out == "nothing is silenced\n"
    assert "by ben: repaired" in ward("silence", "list", "--all").out
    assert ward("silence", "list", "--all", "--json").object[0]["ended_by"] == "ben"
    ward("silence", "end", "1", "--by", "ben").refuses("Silence 1 has ended already")


def test_planned_work_is_silenced_before_it_begins(ward):
    assert add(ward, "quiet:gateway", "--severity", "high", for_="30m").code == 0
    assert ward("silence", "list", "--json").object[0]["covers"] == "technical_high"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("P-0042", "--for", "5h", "--why", "x"), ("watch lasts 4 h at most",)),
        (("P-0042", "--for", "soon", "--why", "x"), ("--for 'soon' is not a span", "30m or 2h")),
        (("P-0042", "--why", "x"), ("give either --for SPAN or --until TIME",)),
        (("P-0042", "--until", "2020-01-01T00:00Z", "--why", "x"), ("ended already",)),
        (("P-0042", "--until", "2020-01-01T00:00", "--why", "x"), ("--until", "no offset")),
        (("P-0042", "--for", "1h", "--why", " "), ("Say why.",)),
        (("P-0042", "--for", "1h"), ("--why",)),
        (("P-9999", "--for", "1h", "--why", "x"), ("'P-9999' is no patient", "(none)", "--severity")),
        (("deaf", "--for", "3h", "--severity", "high", "--why", "x"), ("lasts 2 h at most",)),
    ],
)
def test_what_cannot_be_silenced_is_refused_with_the_remedy(ward, asked, words):
    ward("silence", "add", *asked, "--by", "ada").refuses(*words)
    assert ward("silence", "list", "--json").object == []


def test_limits_come_from_the_sites_own_policy(ward, here):
    shipped = resources.files("alerts").joinpath("data", "policy.toml").read_text()
    (here / "policy.toml").write_text(shipped.replace("watch_s = 14400", "watch_s = 3600"))
    (here / "stepguard.toml").write_text('[site]\npolicy = "policy.toml"\n')
    add(ward).refuses("watch lasts 1 h at most")
    (here / "policy.toml").write_text(shipped.replace("urgent_s = 0", "urgent_s = 60"))
    ward("check").refuses("policy.toml", "[silence]", "must be 0")
    add(ward).refuses("policy.toml", "[silence]", "must be 0")
