"""The shipped catalogue holds every drug, every case of every grade, and the values that the sources dispute."""

import tomllib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue import Drug, Schedule
from monitor.catalogue_file import SHIPPED, load_catalogue, load_references
from monitor.catalogue_origin import origins
from monitor.catalogue_rules import NextDoseRule
from monitor.onset_published import cites_of

CATALOGUE = load_catalogue()
RULES = {(d.name, r.syndrome, r.grade): () for d in CATALOGUE.drugs for r in d.next_dose}
for each in CATALOGUE.drugs:
    for one in each.next_dose:
        RULES[each.name, one.syndrome, one.grade] += (one,)


def drug(name: str) -> Drug:
    found = CATALOGUE.find(name)
    assert found is not None, name
    return found


def schedule(name: str, wanted: str) -> Schedule:
    return next(each for each in drug(name).schedules if each.id == wanted)


APPROVED = {
    "blinatumomab": {"rr_ge45kg", "rr_lt45kg", "mrd_or_consolidation"},
    "elranatamab": {"us", "eu"},
    "epcoritamab": {"dlbcl_2step", "fl_3step"},
    "glofitamab": {"standard"},
    "linvoseltamab": {"us", "eu"},
    "mosunetuzumab": {"iv", "sc_velo"},
    "odronextamab": {"eu_fl", "eu_dlbcl"},
    "talquetamab": {"weekly", "biweekly"},
    "tarlatamab": {"standard"},
    "tebentafusp": {"standard"},
    "teclistamab": {"us_weekly", "eu_2022", "us_with_daratumumab"},
}
IN_TRIALS = {"alnuctamab", "cevostamab", "etentamig", "forimtamig"}


def test_every_drug_and_schedule_is_there():
    assert {d.name for d in CATALOGUE.drugs if d.investigational} == IN_TRIALS
    assert {d.name: {s.id for s in d.schedules} for d in CATALOGUE.drugs if not d.investigational} == APPROVED


@pytest.mark.parametrize("name", ["ABBV-383", "tecvayli", "Tepkinly", "EPKINLY", "Lunsumio VELO", "etentamig"])
def test_a_drug_answers_to_its_other_names(name):
    assert CATALOGUE.find(name) is not None


def test_the_combination_without_a_known_schedule_is_a_slot_that_says_so():
    slot = schedule("teclistamab", "us_with_daratumumab")
    assert slot.steps == ()
    assert "steps.us_with_daratumumab" in {gap.topic for gap in drug("teclistamab").not_known}


def test_every_row_cites_the_list_of_sources_and_every_source_is_cited():
    cited = {cite for d in CATALOGUE.drugs for row in origins(d) for cite in row.cites}
    onset = tomllib.loads((SHIPPED.parent / "onset_sources.toml").read_text(encoding="utf-8"))["onset"]
    cited |= {cite for row in onset for text in row["published"] for cite in cites_of(text)}
    assert cited == set(load_references(SHIPPED))
    assert all(row.cites for d in CATALOGUE.drugs for row in origins(d))


@given(
    rules=st.sampled_from(sorted(RULES)),
    recurrent=st.booleans(),
    lasted_h=st.decimals(0, 2000, places=2),
    starting=st.booleans(),
)
def test_every_case_of_a_grade_has_exactly_one_rule(rules, recurrent, lasted_h, starting):
    holding = [
        rule for rule in RULES[rules] if rule.covers(recurrent=recurrent, lasted_h=lasted_h, at_starting_dose=starting)
    ]
    assert len(holding) == 1


@given(drugs=st.sampled_from(CATALOGUE.drugs), days=st.integers(0, 400), hours=st.integers(0, 23))
def test_no_delay_has_two_restart_rows(drugs, days, hours):
    for each in drugs.schedules:
        for label in each.labels:
            rows = [row for row in each.restart if label in row.labels]
            assert sum(row.covers(days, Decimal(24 * days + hours)) for row in rows) <= 1


# The guide of 2025 restates the management tables of the US labels. One word per action: W withhold until resolved,
# F free of symptoms for 72 h, P premedicate, H24 and H48 in hospital, C consider it, O observe 24 h, N stay near 48 h,
# R half the infusion rate, S same step again, U restart the step-up, X discontinue, A ask (no recommendation), G go on.
WORDS = {
    "W": "withhold_until_resolved",
    "F": "symptom_free_72h",
    "P": "premedicate",
    "H24": "hospitalize_24h",
    "H48": "hospitalize_48h",
    "C": "consider_hospitalization",
    "O": "observe_24h",
    "N": "stay_near_48h",
    "R": "reduce_rate_50",
    "S": "repeat_step",
    "U": "restart_step_up",
    "X": "discontinue_permanently",
    "A": "ask_pharmacist",
    "G": "proceed",
}
CRS_OF_THE_GUIDE = """
drug          | 1     | 2         | 3 first   | 3 again | 4
blinatumomab  | A     | A         | W U       | W U     | X
epcoritamab   | W     | W P C     | W P H24   | X       | X
glofitamab    | W F   | W F C     | W F H24   | X       | X
mosunetuzumab | W F P | W F P C R | W F P R H24 | X     | X
elranatamab   | W P   | W P C N   | W P H48   | X       | X
linvoseltamab | W     | W C R O   | W R H24   | X       | X
talquetamab   | W P   | W P H48   | W P H48   | X       | X
teclistamab   | W P   | W P H48   | W P H48   | X       | X
tarlatamab    | W     | W O       | W P O     | X       | X
tebentafusp   | A     | A         | W P S     | W P S   | X
"""
ICANS_OF_THE_GUIDE = """
drug          | 1 | 2       | 3 first | 3 again | 4
blinatumomab  | A | W U     | W F U   | W F U   | X
epcoritamab   | W | W       | W       | X       | X
glofitamab    | G | W       | W       | W       | X
mosunetuzumab | G | W F     | W F     | X       | X
elranatamab   | W | W C N   | W H48   | X       | X
linvoseltamab | W | W C O   | W H24 A | X       | X
talquetamab   | W | W H48   | W H48   | X       | X
teclistamab   | W | W H48   | W H48   | X       | X
tarlatamab    | W | W O     | W O     | X       | X
tebentafusp   | A | A       | A       | A       | A
"""


def cells(syndrome: str, table: str) -> list[tuple[str, str, int, bool, str]]:
    head, *lines = (line.split("|") for line in table.strip().splitlines())
    return [
        (line[0].strip(), syndrome, int(case.split()[0]), "again" in case, cell.strip())
        for line in lines
        for case, cell in zip(head[1:], line[1:], strict=True)
    ]


CELLS = cells("crs", CRS_OF_THE_GUIDE) + cells("icans", ICANS_OF_THE_GUIDE)


def answer(name: str, syndrome: str, grade: int, hours: str = "1", *, again: bool = False, starting: bool = False):
    rules = RULES[name, syndrome, grade]
    case = {"recurrent": again, "lasted_h": Decimal(hours), "at_starting_dose": starting}
    (rule,) = (rule for rule in rules if rule.covers(**case))
    return rule


@pytest.mark.parametrize(("name", "syndrome", "grade", "again", "cell"), CELLS)
def test_the_hundred_cells_of_the_guide_for_the_next_dose(name, syndrome, grade, again, cell):
    rule = answer(name, syndrome, grade, again=again)
    assert set(rule.actions) == {WORDS[word] for word in cell.split()}


def test_the_guide_has_a_hundred_cells_and_the_catalogue_nothing_beside_them():
    assert len(CELLS) == len(set(CELLS)) == 100
    assert set(RULES) == {(name, syndrome, grade) for name, syndrome, grade, _, _ in CELLS}


LONGER_OR_AGAIN = {
    ("talquetamab", "crs", 3, "47.99"): "hospitalize_48h",
    ("talquetamab", "crs", 3, "48"): "discontinue_permanently",
    ("teclistamab", "crs", 3, "47.99"): "hospitalize_48h",
    ("teclistamab", "crs", 3, "48"): "discontinue_permanently",
    ("tarlatamab", "icans", 3, "167.99"): "observe_24h",
    ("tarlatamab", "icans", 3, "168"): "discontinue_permanently",
    ("glofitamab", "icans", 3, "168"): "withhold_until_resolved",
    ("glofitamab", "icans", 3, "168.01"): "ask_pharmacist",
    ("blinatumomab", "icans", 3, "168"): "restart_step_up",
    ("blinatumomab", "icans", 3, "168.01"): "discontinue_permanently",
    ("tebentafusp", "crs", 2, "1.99"): "ask_pharmacist",
    ("tebentafusp", "crs", 2, "2"): "premedicate",
    ("tebentafusp", "crs", 2, "3"): "repeat_step",
}


@pytest.mark.parametrize("case", LONGER_OR_AGAIN)
def test_how_long_it_lasted_decides_where_the_label_says_so(case):
    assert LONGER_OR_AGAIN[case] in answer(*case).actions


@pytest.mark.parametrize("name", ["glofitamab", "mosunetuzumab"])
def test_grade_2_for_the_second_time_is_managed_as_grade_3(name):
    assert set(answer(name, "crs", 2, again=True).actions) == set(answer(name, "crs", 3).actions)
    assert "hospitalize_24h" not in answer(name, "crs", 2).actions


def test_icans_at_the_starting_dose_of_blinatumomab_ends_it():
    assert answer("blinatumomab", "icans", 3, starting=True).actions == ("discontinue_permanently",)


def test_only_the_labels_that_name_symptom_free_hours_have_them():
    waiting: dict[str, set[Decimal]] = {}
    for (name, *_), rules in RULES.items():
        waiting.setdefault(name, set()).update(r.symptom_free_h for r in rules if r.symptom_free_h is not None)
    assert {name: hours for name, hours in waiting.items() if hours} == {
        "blinatumomab": {Decimal(72)},
        "glofitamab": {Decimal(72), Decimal(168)},
        "mosunetuzumab": {Decimal(72)},
    }


def rate(name: str, what: str, which: str = ""):
    return next(r for r in drug(name).crs.rates if r.what == what and (not which or which in r.schedules))


DISPUTED = [
    ("elranatamab", "any grade", "", "58", "14 %"),
    ("mosunetuzumab", "grade 3 or higher", "iv", "2.5", "17 %"),
    ("mosunetuzumab", "any grade", "sc_velo", "30", "20 %"),
    ("glofitamab", "any grade", "", "63", "70 %"),
    ("tarlatamab", "any grade", "", "57", "55 %"),
    ("tarlatamab", "grade 1", "", "39", "34 %"),
    ("tarlatamab", "grade 2", "", "15", "19 %"),
    ("tarlatamab", "grade 3", "", "1.7", "1.1 %"),
    ("tarlatamab", "grade 4", "", "0.2", "0.5 %"),
    ("etentamig", "any grade", "", "57", "72.8 %"),
    ("etentamig", "grade 3 or higher", "", "2", "0 of 124"),
    ("talquetamab", "grade 3 or higher", "", "1.5", "1/45, a misprint for 1/145"),
    ("tebentafusp", "grade 2 or higher", "", "77", "72 %"),
    ("blinatumomab", "any grade", "rr_ge45kg", "15", "14 %"),
    ("forimtamig", "any grade", "", "78.9", "78.4 %"),
    ("alnuctamab", "any grade", "", "55", "53 %"),
]


@pytest.mark.parametrize(("name", "what", "which", "used", "other"), DISPUTED)
def test_of_two_disputed_values_one_is_used_and_the_other_kept_with_the_reason(name, what, which, used, other):
    row = rate(name, what, which)
    assert row.value == Decimal(used)
    assert any(other in f"{each.value}; {each.why_not_used}" and each.why_not_used for each in row.other)


def test_disputed_times_keep_both_values():
    kept = {
        (d.name, t.what): {str(t.median)} | {o.value for o in t.other}
        for d in CATALOGUE.drugs
        for t in d.crs.timings
        if t.other and t.median is not None
    }
    assert {"2", "about 4 days"} <= kept["blinatumomab", "onset"]
    assert {"5", "3 days"} <= kept["blinatumomab", "duration"]
    assert {"11", "14.8 h (0 to 177)"} <= kept["linvoseltamab", "onset"]
    assert {"27", "2 days (1 to 8)"} <= kept["talquetamab", "onset"]
    assert {"16", "13.5 h (1 to 268); grade 2 or higher 14.6 h (2 to 566)"} <= kept["tarlatamab", "onset"]


PER_DOSE = {
    ("teclistamab", "us_weekly"): "42 35 24",
    ("talquetamab", "weekly"): "29 44 30",
    ("talquetamab", "biweekly"): "29 44 33 12",
    ("elranatamab", "us"): "43 19 7",
    ("glofitamab", "standard"): "56 35 29",
    ("mosunetuzumab", "iv"): "15 5 33 5",
    ("tarlatamab", "standard"): "41 34 8.5",
    ("epcoritamab", "dlbcl_2step"): "- - - -",
}


@pytest.mark.parametrize("which", PER_DOSE)
def test_rates_per_dose_are_shares_of_patients_or_missing(which):
    found = [step.crs_pct for step in schedule(*which).steps]
    assert " ".join(str(each.value) if each else "-" for each in found) == PER_DOSE[which]


def test_shares_of_events_are_never_taken_for_shares_of_patients():
    shares = [step.crs_event_share for step in schedule("epcoritamab", "dlbcl_2step").steps]
    assert [share.value for share in shares if share] == [9, 16, 61, 6]


def test_the_days_of_teclistamab_differ_between_regions():
    assert [s.day for s in schedule("teclistamab", "us_weekly").steps] == [1, 4, 7]
    assert [s.day for s in schedule("teclistamab", "eu_2022").steps] == [1, 3, 5]


def test_the_delay_after_the_second_step_of_epcoritamab_depends_on_the_disease():
    def rows(name, days):
        restart = schedule("epcoritamab", name).restart
        return [row.actions for row in restart if "SUD2" in row.labels and row.covers(days, None)]

    assert rows("dlbcl_2step", 14) == [("proceed",)]
    assert rows("fl_3step", 9) == [("restart_step_up",)]
    assert rows("fl_3step", 8) == []


def test_saline_after_day_15_of_tarlatamab_is_kept_as_an_older_version():
    (saline,) = (m for m in drug("tarlatamab").premedication if "saline" in m.medicine)
    assert saline.steps == ("step-up dose", "first full dose")
    assert [each.value for each in saline.other] == ["also after cycle 1 day 15"]


def test_tarlatamab_is_watched_from_the_start_of_the_infusion_and_stays_near():
    seen = schedule("tarlatamab", "standard").steps[0].observations
    assert [(o.kind, o.hours, o.counted_from) for o in seen] == [
        ("healthcare_setting", "22 to 24", "infusion_start"),
        ("stay_near_facility", "48", "infusion_start"),
    ]


def test_only_the_four_myeloma_drugs_have_a_rems_and_it_says_as_of_when():
    asked = {d.name for d in CATALOGUE.drugs if d.rems and d.rems.required}
    assert asked == {"elranatamab", "linvoseltamab", "talquetamab", "teclistamab"}
    assert all(d.rems.as_of.year == 2025 for d in CATALOGUE.drugs if d.rems)


def test_a_recalled_restart_is_flagged_and_asks_the_pharmacist():
    doubtful = [row for d in CATALOGUE.drugs for s in d.schedules for row in s.restart if row.confidence == "uncertain"]
    assert len(doubtful) == 19
    assert all("ask_pharmacist" in row.actions and "not confirmed" in row.text for row in doubtful)


RESTARTS = {
    ("teclistamab", "us_weekly"): 9,
    ("talquetamab", "weekly"): 3,
    ("talquetamab", "biweekly"): 3,
    ("elranatamab", "us"): 8,
    ("epcoritamab", "dlbcl_2step"): 5,
    ("epcoritamab", "fl_3step"): 6,
    ("glofitamab", "standard"): 8,
    ("mosunetuzumab", "iv"): 7,
    ("mosunetuzumab", "sc_velo"): 1,
    ("tarlatamab", "standard"): 6,
    ("blinatumomab", "rr_ge45kg"): 3,
    ("blinatumomab", "rr_lt45kg"): 3,
}


def test_the_sixty_two_restart_rows_that_were_found():
    found = {(d.name, s.id): len(s.restart) for d in CATALOGUE.drugs for s in d.schedules if s.restart}
    assert found == RESTARTS
    assert sum(found.values()) == 62


def test_a_restart_always_gives_the_steps_of_its_schedule_in_order():
    for d in CATALOGUE.drugs:
        for s in d.schedules:
            for row in s.restart:
                order = [s.labels.index(label) for label in row.give]
                assert order == sorted(order), (d.name, row)


def test_a_rule_says_in_words_what_its_actions_say():
    def told(rule: NextDoseRule) -> bool:
        words = {
            "discontinue_permanently": "discontinue permanently",
            "hospitalize_48h": "48 h",
            "symptom_free_72h": ("72 h", "3 days"),
            "premedicate": ("premedicate", "dexamethasone"),
            "consider_hospitalization": "admission",
        }
        return all(
            any(word in rule.text for word in (words[a] if isinstance(words[a], tuple) else (words[a],)))
            for a in rule.actions
            if a in words
        )

    assert [rule.text for rules in RULES.values() for rule in rules if not told(rule)] == []
