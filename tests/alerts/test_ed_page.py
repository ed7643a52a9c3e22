"""The page for the emergency department: one value in four forms, readable by somebody who never heard of the drug."""

import functools
import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts.directory import Department
from alerts.ed_html import as_html
from alerts.ed_pdf import as_pdf, plain
from alerts.ed_text import WIDTH, as_text
from alerts.ed_words import NOT_RECORDED, ago, words
from monitor.handover_file import HandoverError, load_remarks

RIVERSIDE = Department(
    key="riverside",
    name="Riverside Hospital",
    phone="+12025550115",
    tocilizumab="yes",
    tocilizumab_checked=date(2026, 2, 20),
)


@pytest.fixture(scope="module")
def sheet_of(ed_sheet):
    return functools.partial(ed_sheet, department=RIVERSIDE)


@pytest.fixture(scope="module")
def patient(ed_patient, sheet_of):
    return sheet_of(ed_patient.timeline(), ed_patient.NOW)


@pytest.fixture(scope="module")
def page(patient):
    return words(patient)


def section(page, key):
    return [item.text for one in page.sections if one.key == key for item in one.items]


def test_the_first_lines_say_the_drug_the_dose_and_how_sure_the_grade_is(page):
    drug, dose, crs, course, window = page.headline
    assert drug.startswith("teclistamab (Tecvayli): T-cell-engaging antibody, BCMA x CD3")
    assert dose == "Dose 2 (SUD2, 0.3 mg/kg) on Mon 2 Mar 11:00: 31 h ago"
    assert crs == "CRS grade 2 or more, SUSPECTED: from home values, nobody has examined the patient"
    assert course.startswith("Since Tue 3 Mar 15:00 (3 h ago). Now on the way, expected by ")
    assert "CRS after this dose mostly begins" in window
    assert page.urgency == "EMERGENCY"


def test_neither_sepsis_nor_crs_is_assumed_alone_and_it_stands_before_everything_else(page):
    assert page.first[0].text.startswith("Do not assume sepsis only or CRS only")
    assert as_text(page).index("DO NOT ASSUME SEPSIS ONLY OR CRS ONLY") < as_text(page).index("HOME VALUES")


def test_the_oncologist_on_call_is_the_first_number(page):
    assert page.calls[0] == ("Oncologist on call, Dr Ito", "+12025550114")
    assert ("Treating unit", "555-0100") in page.calls


def test_every_value_has_its_age_what_came_before_and_what_is_usual_for_this_patient(page):
    temperature = page.vitals[0]
    assert temperature.newest == "39.1 C oral, 24 min ago; up 1.5 in 5 h"
    assert temperature.earlier == "38.4 at 15:00, 37.6 at 13:00, 36.9 at 07:00"
    assert temperature.well == "36.6 C"
    assert temperature.alarming
    breaths = page.vitals[-1]
    assert (breaths.newest, breaths.alarming) == ("not measured", False)


def test_an_old_value_is_called_old(ed_patient, sheet_of):
    later = words(sheet_of(ed_patient.timeline(), ed_patient.NOW + timedelta(hours=9)))
    assert "9 h ago, OLD" in later.vitals[0].newest
    assert "9 h ago, OLD" in later.vitals[3].newest, "a pulse is no fresher than the devices that count it"
    much_later = words(sheet_of(ed_patient.timeline(), ed_patient.NOW + timedelta(hours=14)))
    assert "14 h ago, OLD)" in section(much_later, "neuro")[0]
    assert "temperature: no fresh value" in " ".join(section(later, "missing"))


def test_what_was_taken_says_when_and_until_when_it_may_hide_fever(page):
    taken = section(page, "taken")
    assert taken[0].startswith("acetaminophen 1000 mg, Tue 3 Mar 15:18 (3 h ago), treatment; may hide fever until")
    assert any("dexamethasone 16 mg" in line and "may hide fever until Wed 4 Mar 09:00" in line for line in taken)


def test_weight_allergies_and_conditions_are_told(page):
    assert section(page, "patient") == [
        "Born 1956-03-01 (70 years). Weight 71.5 kg",
        "Allergies: penicillin (rash, 2011)",
        "Conditions: beta blocker",
    ]


def test_what_nobody_recorded_is_said_and_never_filled_in(ed_patient, sheet_of):
    page = words(sheet_of(ed_patient.bare(), ed_patient.NOW))
    assert page.headline[0].startswith(f"Drug {NOT_RECORDED}")
    assert page.headline[1] == f"Dose {NOT_RECORDED}"
    assert f"Allergies: {NOT_RECORDED}" in section(page, "patient")
    missing = section(page, "missing")[0]
    for gap in ("weight", "allergies", "ICE never asked", "blood pressure: never measured", "premedication"):
        assert gap in missing
    assert "none known" in " ".join(
        section(words(sheet_of(ed_patient.timeline(allergies=[]), ed_patient.NOW)), "patient")
    )


def test_no_dose_of_tocilizumab_is_calculated_from_the_weight(ed_patient, sheet_of):
    for weight in ("71.5", "48", "120"):
        said = as_text(words(sheet_of(ed_patient.timeline(weight_kg=ed_patient.Decimal(weight)), ed_patient.NOW)))
        product = ed_patient.Decimal(weight) * 8
        assert f"{product.normalize():f}" not in re.sub(r"[\s-]+", " ", said)
        assert "8 mg/kg by vein, at most 800 mg" in re.sub(r"\s+", " ", said)


def test_a_fever_without_a_recorded_dose_is_never_called_no_sign_of_crs(ed_patient, sheet_of):
    page = words(sheet_of(ed_patient.bare(), ed_patient.NOW))
    assert page.grades == ("Fever, and no dose is recorded: if the drug was given, this may be CRS",)
    assert page.course[-1] == "When CRS begins: unknown, no dose is recorded"


def test_a_red_value_without_fever_is_not_called_no_sign_of_crs(ed_patient, sheet_of):
    record = ed_patient.timeline()
    record["events"] = [*record["events"][:6], ed_patient.reading(31, "37.2", 94, 98, 61, 112)]
    [crs] = words(sheet_of(record, ed_patient.NOW)).grades
    assert crs == "CRS grade 0, for no fever is seen: that does not exclude it; fever may be hidden by a medicine"


def test_neurotoxicity_without_crs_is_the_first_line_in_bold_and_a_clinicians_grade_alone_is_told(ed_patient, sheet_of):
    record = ed_patient.timeline()
    by_hand = {"at": ed_patient.at(31), "type": "clinician_grade", "syndrome": "icans", "grade": 3, "by": "Dr Ito"}
    record["events"] = [*record["events"][1:6], by_hand]
    page = words(sheet_of(record, ed_patient.NOW))
    assert page.headline[2] == "ICANS (neurotoxicity) not graded by answers. A clinician graded 3"
    assert page.headline[2] in page.bold
    assert page.grades[1].startswith(("CRS", "No sign of CRS"))


def test_a_medicine_that_may_hide_fever_is_never_among_those_left_out(ed_patient, sheet_of):
    taken = section(words(sheet_of(ed_patient.fullest(), ed_patient.NOW)), "taken")
    assert any(line.startswith("dexamethasone 16 mg") for line in taken)
    assert "and 12 more: ask the treating unit" in taken


def test_a_child_is_asked_capd_and_no_unmarked_value_passes_for_normal(ed_patient, sheet_of):
    record = ed_patient.timeline(born="2017-05-01")
    record["events"] = [event for event in record["events"] if event["type"] != "ice"]
    page = words(sheet_of(record, ed_patient.NOW))
    assert section(page, "patient")[0].startswith("Born 2017-05-01 (8 years)")
    assert section(page, "neuro")[0].startswith("CAPD never asked: ask it now, not ICE")
    assert "CAPD never asked" in section(page, "missing")[0]
    assert section(page, "missing")[1].startswith("under 18: no usual limits hold")


def test_the_expected_window_carries_its_source_and_its_doubt(ed_patient, sheet_of):
    record = ed_patient.timeline()
    assert "[IMWG 2024, Lancet Oncol 25:e205]" in words(sheet_of(record, ed_patient.NOW)).course[-1]
    record["regimen"] = {"drug": "mosunetuzumab"}
    assert words(sheet_of(record, ed_patient.NOW)).course[-1].startswith("UNCERTAIN")


def test_every_time_on_the_page_is_the_homes_and_in_the_zone_the_page_names(ed_patient, sheet_of):
    page = words(sheet_of(ed_patient.timeline(timezone="America/New_York"), ed_patient.NOW))
    assert page.made.startswith("Made Tue 3 Mar 12:24 2026, times in America/New_York")
    assert page.drug[1].startswith("Dose 2 (SUD2, 0.3 mg/kg) on Mon 2 Mar 05:00")
    assert any("fever may be hidden until 2026-03-04 03:00" in line for line in section(page, "why"))


def test_every_reference_carries_its_source(page):
    for one in page.sections:
        if one.key in {"think", "label"}:
            assert all(item.source for item in one.items), one.title
    assert any(
        "Riverside Hospital: tocilizumab in stock (asked 2026-02-20)" in line for line in section(page, "tocilizumab")
    )


def test_tocilizumab_that_was_given_is_counted(ed_patient, sheet_of):
    told = section(words(sheet_of(ed_patient.fullest(), ed_patient.NOW)), "tocilizumab")
    assert told[0].startswith("Recorded as given 3 times in 10 days")


def test_entered_support_confirms_and_the_page_says_so(ed_patient, sheet_of):
    crs = words(sheet_of(ed_patient.fullest(), ed_patient.NOW)).headline[2]
    assert "CONFIRMED by what staff entered" in crs
    assert "SUSPECTED" not in crs


def test_a_struck_out_reading_is_on_no_page(ed_patient, sheet_of):
    record = ed_patient.timeline()
    record["events"][-3]["id"] = "wrong"
    record["events"].append({"at": ed_patient.at(31.3), "type": "void", "of": "wrong", "why": "another patient"})
    page = words(sheet_of(record, ed_patient.NOW))
    assert "39.1" not in as_text(page)
    assert page.vitals[0].newest.startswith("38.4 C")


def test_a_value_that_no_device_sent_says_so(patient):
    warm, *others = patient.handover.vitals
    typed = replace(warm, points=(*warm.points[:-1], replace(warm.points[-1], by_text=True)))
    page = words(replace(patient, handover=replace(patient.handover, vitals=[typed, *others])))
    assert page.vitals[0].newest == "39.1 C oral, texted by the home, 24 min ago; up 1.5 in 5 h"


def test_the_text_has_no_line_beyond_its_width(ed_patient, sheet_of):
    for record in (ed_patient.timeline(), ed_patient.fullest(), ed_patient.bare()):
        page = words(sheet_of(record, ed_patient.NOW))
        page = replace(page, calls=(*page.calls, ("Caregiver at home, " + "Anna-Lise " * 8, "555-0199")))
        text = as_text(page)
        assert max(map(len, text.splitlines())) <= WIDTH
        assert "555-0199" in text, "no number is cut at its hyphen"


def test_a_name_that_looks_like_markup_stays_a_name(ed_patient, sheet_of):
    page = words(sheet_of(ed_patient.timeline(allergies=["<script>alert(1)</script>"]), ed_patient.NOW))
    assert "<script" not in as_html(page)
    assert "&lt;script&gt;" in as_html(page)


def test_the_html_fetches_nothing_runs_nothing_and_wants_no_index(page):
    html = as_html(page)
    assert "<script" not in html
    assert not re.search(r"""(src|href|action)=["']?(https?:)?//""", html)
    assert 'name="robots" content="noindex' in html
    assert html.count('href="tel:') == len(page.calls)


def test_the_pdf_is_one_sheet_on_either_paper_and_the_same_each_time(ed_patient, sheet_of):
    for record in (ed_patient.timeline(), ed_patient.fullest(), ed_patient.bare()):
        page = words(sheet_of(record, ed_patient.NOW))
        for paper in ("a4", "letter"):
            made = as_pdf(page, ed_patient.NOW, paper=paper)
            assert made.startswith(b"%PDF")
            assert made.count(b"/Type /Page\n") == 1
        assert as_pdf(page, ed_patient.NOW) == as_pdf(page, ed_patient.NOW)


def test_letters_the_pdf_lacks_are_replaced_by_what_reads_alike():
    assert plain("J\u00f8rgen \u0141ukasz Nov\u00e1k \u03bcg \u4e2d") == "J\u00f8rgen ?ukasz Nov\u00e1k ?g ?"
    assert plain("\u0158eh\u00e1k 38\u20135") == "Reh\u00e1k 38?5"


def test_the_page_is_made_in_all_forms_within_a_second(ed_patient, sheet_of):
    record = ed_patient.timeline()
    record["events"] = [
        ed_patient.reading(-24 * day - hour, "36.8", 97, 122, 74, 78) for day in range(28) for hour in (3, 9, 15)
    ]
    record["events"].sort(key=lambda event: event["at"])
    record["events"] += ed_patient.timeline()["events"][4:]
    began = time.perf_counter()
    sheet = sheet_of(record, ed_patient.NOW)
    page = words(sheet)
    as_text(page), as_html(page), as_pdf(page, ed_patient.NOW)
    assert time.perf_counter() - began < 1.0


def test_the_age_of_a_value_is_told_as_people_say_it(ed_patient, sheet_of):
    now = ed_patient.NOW
    told = [ago(now - timedelta(minutes=m), now) for m in (0, 4, 119, 121, 71 * 60, 80 * 60)]
    assert told == ["just now", "4 min ago", "119 min ago", "2 h ago", "71 h ago", "3 d ago"]


def test_a_file_of_remarks_without_sources_is_refused(tmp_path):
    file = tmp_path / "handover.toml"
    file.write_text('[[first]]\ntext = "call"\n')
    with pytest.raises(HandoverError, match="source"):
        load_remarks(file)
    file.write_text('[[frist]]\ntext = "call"\n')
    with pytest.raises(HandoverError, match="frist"):
        load_remarks(file)


def test_the_stock_of_a_pharmacy_ages(ed_patient, sheet_of):
    today = date(2026, 3, 3)
    assert RIVERSIDE.stock_words(today) == "tocilizumab in stock (asked 2026-02-20)"
    old = replace(RIVERSIDE, tocilizumab_checked=date(2025, 11, 1))
    assert old.stock_words(today).endswith("long ago: ask)")
    assert (
        replace(RIVERSIDE, tocilizumab="unknown", tocilizumab_checked=None).stock_words(today)
        == "tocilizumab stock unknown"
    )
