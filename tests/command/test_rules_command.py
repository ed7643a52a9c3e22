"""A site's rules from the command line: what differs, what stops a start, what ends the banner and brings it back."""

import pytest

ROW = """name = "north"
[oximetry.urgent_below_pct]
value = "95"
source = "ward meeting"
confidence = "site"
checked = 2026-03-02
"""


def vectors(at="watch"):
    sides = (("below", 94, "urgent"), ("at", 95, at), ("above", 96, "routine"))
    return "".join(
        f"""[[vector]]
of = "oximetry.urgent_below_pct"
side = "{side}"
when = "no baseline; 0h dose SUD1; 1h well; 2h S {spo2}"
expect = {{ urgency = "{urgency}" }}
"""
        for side, spo2, urgency in sides
    )


@pytest.fixture
def site(here):
    """Write the site's rules and a configuration that names them."""

    def write(rules=None, **signature):
        (here / "site-rules.toml").write_text(rules or ROW + vectors(), encoding="utf-8")
        signed = "".join(f'{key} = "{value}"\n' for key, value in signature.items())
        (here / "stepguard.toml").write_text(f'[rules]\nfile = "site-rules.toml"\n{signed}', encoding="utf-8")

    return write


def test_check_prints_every_value_that_differs_with_its_source_and_that_the_vectors_pass(stepguard, site):
    site()
    said = stepguard("check")
    assert said.code == 0
    assert "oximetry.urgent_below_pct = 95 %, default 94 (source: ward meeting; site, checked 2026-03-02)" in said.out
    assert "rules of north: 1 values changed, 3 test vectors pass" in said.out


@pytest.mark.parametrize("command", ["check", "up", "monitor"])
def test_a_bad_file_stops_the_start_and_names_the_failing_vector(stepguard, site, command):
    site(ROW + vectors(at="urgent"))
    said = stepguard(command)
    said.refuses("site-rules.toml", "vector 2", "S 95", "should be 'urgent' and is 'watch'")


def version_of(stepguard):
    return stepguard("rules", "check", "site-rules.toml", "--json").object["rules_version"]


def test_a_signature_that_names_the_version_ends_the_banner(stepguard, site):
    site()
    version = version_of(stepguard)
    site(signed_by="Dr Ito", signed_on="2026-03-02")
    assert f"set rules.signed_version to {version}" in stepguard("check").err
    site(signed_by="Dr Ito", signed_on="2026-03-02", signed_version=version)
    assert "rules" not in stepguard("check").err


def test_the_banner_comes_back_when_the_content_changes_after_the_signature(stepguard, site):
    site()
    version = version_of(stepguard)
    site(
        ROW.replace("ward meeting", "somebody") + vectors(),
        signed_by="Ito",
        signed_on="2026-03-02",
        signed_version=version,
    )
    assert f"changed since they were signed as {version}" in stepguard("check").err


def test_a_date_may_stand_in_the_configuration_without_quotation_marks(stepguard, here):
    (here / "stepguard.toml").write_text('[rules]\nsigned_by = "Dr Ito"\nsigned_on = 2026-03-02\n', encoding="utf-8")
    assert "unsigned" not in stepguard("check").err


def test_show_prints_each_number_with_its_source_and_bounds(stepguard, site):
    site()
    lines = stepguard("rules", "show").out.splitlines()
    [fever] = [line for line in lines if line.startswith("temperature.fever_c ")]
    assert "38.0" in fever
    assert "Lee 2019" in fever
    assert "site may set" not in fever
    [spo2] = [line for line in lines if line.startswith("oximetry.urgent_below_pct ")]
    assert "= 95 %, default 94" in spo2
    assert "site may set 93 to 96" in spo2
    rows = stepguard("rules", "show", "--json").object["rows"]
    assert {"row": "masking.dexamethasone_h", "value": "48"}.items() <= next(
        row for row in rows if row["row"] == "masking.dexamethasone_h"
    ).items()


def test_a_draft_loads_once_its_origin_is_filled_in(stepguard, here):
    draft = stepguard(
        "rules", "template", "temperature.watch_c=37.4", "cadence.window_interval_min=180", "--name", "w"
    ).out
    file = here / "draft.toml"
    file.write_text(draft, encoding="utf-8")
    stepguard("rules", "check", file).refuses("draft.toml", "lacks source, checked")
    file.write_text(draft.replace('source = ""', 'source = "board"').replace("# checked", "checked"), encoding="utf-8")
    said = stepguard("rules", "check", file)
    assert "2 values changed, 4 test vectors pass" in said.out
    assert "rules.signed_version" in said.out


@pytest.mark.parametrize(
    ("asked", "word"),
    [("pulse=3", "no row"), ("pulse.watch_bpm", "no number"), ("pulse.watch_bpm=NaN", "a number of 0 or more")],
)
def test_a_draft_of_what_is_none_is_refused(stepguard, asked, word):
    stepguard("rules", "template", asked).refuses(word)


def test_a_recorded_timeline_is_graded_by_the_sites_rules(stepguard, site, here):
    site()
    recorded = here / "one.json"
    recorded.write_text(
        '{"patient": {"code": "P-1"}, "events": [{"at": "2026-03-02T10:00:00Z", "type": "reading", '
        '"oximetry": {"spo2_pct": 94}}]}',
        encoding="utf-8",
    )
    said = stepguard("replay", recorded, "--all")
    assert said.object["urgency"] == "urgent"
    assert "+north." in said.object["rules_version"]


def test_the_paper_list_is_written_although_the_rule_file_cannot_be_used(stepguard, site):
    site("oximetry = 3")
    said = stepguard("export", "downtime", "--by", "ada")
    assert said.code == 0, said.err
