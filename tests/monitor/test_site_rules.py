"""A site's own numbers load only inside their bounds and with test vectors that would notice any other number."""

from contextlib import nullcontext, suppress
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.replay import replay
from monitor.rule_vectors import template_vectors
from monitor.rulebook import RulesError, load_bounds, load_rules, rules_with, shipped_tree
from monitor.site_rules import numbers
from monitor.vector_timeline import VectorUnreadable, timeline

ORIGIN = '\nsource = "ward meeting"\nconfidence = "site"\nchecked = 2026-12-01\n'
BOUNDS = load_bounds()
DEFAULTS = dict(numbers(shipped_tree()))


def row_text(row: str, value: object) -> str:
    return f'\n[{row}]\nvalue = "{value}"{ORIGIN}'


def vector_text(of: str, side: str, when: str, **expect: object) -> str:
    said = ", ".join(
        f"{key} = {str(v).lower() if isinstance(v, int | Decimal) else repr(v)}" for key, v in expect.items()
    )
    return f'\n[[vector]]\nof = "{of}"\nside = "{side}"\nwhen = "{when}"\nexpect = {{ {said} }}\n'


GIVEN = "no baseline; 0h dose SUD1; 1h well; 2h S "
BELOW = vector_text("oximetry.urgent_below_pct", "below", f"{GIVEN}94", urgency="urgent")
AT = vector_text("oximetry.urgent_below_pct", "at", f"{GIVEN}95", urgency="watch")
ABOVE = vector_text("oximetry.urgent_below_pct", "above", f"{GIVEN}96", urgency="routine")
NORTH = 'name = "north-2026"\n' + row_text("oximetry.urgent_below_pct", 95)


@pytest.fixture
def site(tmp_path: Path):
    def write(text: str) -> Path:
        file = tmp_path / "site-rules.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def refused(site):
    def check(text: str, *words: str) -> None:
        with pytest.raises(RulesError) as error:
            load_rules(site(text))
        for word in ("site-rules.toml", *words):
            assert word in str(error.value)

    return check


def test_a_file_whose_vectors_pass_changes_the_number_and_nothing_else(site):
    rules, shipped = load_rules(site(NORTH + BELOW + AT + ABOVE)), load_rules()
    assert rules.oximetry.urgent_below_pct == Decimal(95)
    assert rules.oximetry.emergency_below_pct == shipped.oximetry.emergency_below_pct
    assert (rules.temperature, rules.cadence, rules.masking) == (shipped.temperature, shipped.cadence, shipped.masking)
    assert (rules.site.name, rules.site.vectors) == ("north-2026", 3)
    [change] = rules.site.changes
    assert (change.row, change.value, change.default) == ("oximetry.urgent_below_pct", Decimal(95), Decimal(94))


def test_a_lowered_limit_is_graded_by_and_stamped_on_the_answer(site):
    rules, recorded = load_rules(site(NORTH + BELOW + AT + ABOVE)), timeline("0h dose SUD1; 1h well; 2h S 94")
    [*_, own] = replay(recorded, rules)
    [*_, shipped] = replay(recorded, load_rules())
    assert own.urgency == "urgent"
    assert own.rules_version == rules.version != shipped.rules_version == load_rules().version


def test_the_version_holds_the_sites_name_and_changes_with_every_byte_of_its_file(site):
    first = load_rules(site(NORTH + BELOW + AT + ABOVE)).version
    assert "+north-2026." in first
    assert load_rules(site(NORTH + BELOW + AT + ABOVE)).version == first
    assert load_rules(site(NORTH + BELOW + AT + ABOVE + "# reviewed\n")).version != first


@pytest.mark.parametrize(("left_out", "side"), [(BELOW, "below"), (AT, "at"), (ABOVE, "above")])
def test_every_missing_vector_is_named(refused, left_out, side):
    refused((NORTH + BELOW + AT + ABOVE).replace(left_out, ""), f"{side} oximetry.urgent_below_pct = 95", "missing")


def test_a_vector_that_fails_is_named_with_what_came_out(refused):
    wrong = vector_text("oximetry.urgent_below_pct", "at", f"{GIVEN}95", urgency="urgent")
    refused(NORTH + BELOW + wrong + ABOVE, "vector 2", "S 95", "urgency should be 'urgent' and is 'watch'")


def test_vectors_that_would_pass_with_another_number_do_not_count(refused):
    blunt = "".join(
        vector_text("oximetry.urgent_below_pct", side, f"{GIVEN}{spo2}", urgency=urgency)
        for side, spo2, urgency in (("below", 92, "urgent"), ("at", 95, "watch"), ("above", 99, "routine"))
    )
    refused(NORTH + blunt, "no vector of oximetry.urgent_below_pct notices 94 instead of 95")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (row_text("oximetry.urgent_below_pct", 95), ("name is missing",)),
        ('name = "n"\n' + row_text("oximetry.urgent_below_pct", 80), ("beyond", "93 to 96", "engineering")),
        ('name = "n"\n' + row_text("temperature.fever_c", 38.5), ("temperature.fever_c is not for a site",)),
        ('name = "n"\n' + row_text("oximetry.urgent_belo_pct", 95), ("did you mean oximetry.urgent_below_pct",)),
        ('name = "n"\n' + row_text("oximetry.urgent_below_pct", "low"), ("must be a number",)),
        ('name = "n"\n' + row_text("oximetry.urgent_below_pct", "NaN"), ("beyond",)),
        ('name = "n"\n[oximetry.urgent_below_pct]\nvalue = "95"\n', ("lacks source, confidence, checked",)),
        (NORTH.replace("checked = 2026-12-01", 'checked = "yesterday"'), ("checked must be a date",)),
        ('name = "n"\n' + row_text("pulse.watch_bpm", 110) + row_text("pulse.urgent_bpm", 110), ("must stay below",)),
        ('name = "n"\nversion = "3"\n', ("version is no section",)),
        (NORTH + BELOW.replace("side", "sied") + AT + ABOVE, ("vector 1", "unknown key 'sied'")),
        (NORTH + BELOW.replace('"below"', '"under"') + AT + ABOVE, ("vector 1", "side must be one of")),
        (NORTH + BELOW.replace("2h S", "2h Q") + AT + ABOVE, ("vector 1", "no item of the shorthand")),
        (NORTH + BELOW.replace("urgency", "urgencee") + AT + ABOVE, ("vector 1", "'urgencee' is not known")),
        (
            NORTH + BELOW + AT + ABOVE + vector_text("pulse.watch_bpm", "at", "0h tick", urgency="routine"),
            ("vector 4",),
        ),
        ("[name", ("not valid TOML",)),
    ],
)
def test_a_file_that_cannot_be_used_says_what_and_where(refused, text, words):
    refused(text, *words)


@pytest.mark.parametrize(("said", "passes"), [("0.95", True), ("0.950", True), ("0.96", False), ('"0.95"', False)])
def test_a_number_is_expected_by_its_value(site, said, passes):
    row = "pulse.shock_index_urgent"
    when = "no baseline; 0h dose SUD1; 1h well; 2h B 100/70/"
    rows = (("below", 94, 'urgency = "routine"'), ("at", 95, f'shock_index = {said}, urgency = "urgent"'))
    text = "".join(
        f'\n[[vector]]\nof = "{row}"\nside = "{side}"\nwhen = "{when}{pulse}"\nexpect = {{ {expect} }}\n'
        for side, pulse, expect in (*rows, ("above", 96, 'urgency = "urgent"'))
    )
    file = site('name = "north"\n' + row_text(row, "0.95") + text)
    with nullcontext() if passes else pytest.raises(RulesError, match="vector 2"):
        load_rules(file)


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(RulesError, match=r"nowhere\.toml: no such file; name a readable rule file"):
        load_rules(tmp_path / "nowhere.toml")


def test_a_row_at_its_shipped_value_is_no_change_and_needs_no_vector(site):
    rules = load_rules(site('name = "same"\n' + row_text("oximetry.urgent_below_pct", 94)))
    assert rules.site.changes == ()
    assert rules.oximetry == load_rules().oximetry


def whole_file(row: str, value: Decimal) -> str:
    drafted = template_vectors(BOUNDS.rows[row], value, rules_with({row: value}))
    vectors = "".join(vector_text(row, side, when, **expect) for side, when, expect in drafted)
    return 'name = "drafted"\n' + row_text(row, value) + vectors


def in_order(row: str, value: Decimal) -> bool:
    values = {**{name: number for name, (number, _) in DEFAULTS.items()}, row: value}
    return all(values[a] < values[b] for line in BOUNDS.ascending if row in line for a, b in pairwise(line))


ENDS = [
    (row, value) for row, bound in BOUNDS.rows.items() for value in (bound.least, bound.most) if in_order(row, value)
]


@pytest.mark.parametrize(("row", "value"), ENDS)
def test_every_row_that_a_site_may_change_can_be_pinned_by_its_drafted_vectors(tmp_path, row, value):
    file = tmp_path / "drafted.toml"
    file.write_text(whole_file(row, value), encoding="utf-8")
    rules = load_rules(file)
    assert [change.row for change in rules.site.changes] in ([row], [])


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789hdm; TSBwelitcapdno./#-", max_size=40))
def test_no_shorthand_does_anything_but_read_or_refuse(text):
    with suppress(VectorUnreadable):
        assert timeline(text)["events"]


def test_shipped_rules_need_a_name_and_a_date():
    assert load_rules().unsigned_because is not None
    assert load_rules(None, "Dr Ito").unsigned_because is not None
    assert load_rules(None, "Dr Ito", "2026-12-01").signed


def test_a_signature_that_names_another_version_is_none():
    version = load_rules().version
    assert load_rules(None, "Dr Ito", "2026-12-01", version).signed
    assert "changed since" in str(load_rules(None, "Dr Ito", "2026-12-01", version + "0").unsigned_because)


def test_a_sites_own_numbers_are_signed_only_by_their_version(site):
    file = site(NORTH + BELOW + AT + ABOVE)
    version = load_rules(file).version
    unnamed = load_rules(file, "Dr Ito", "2026-12-01")
    assert f"set rules.signed_version to {version}" in str(unnamed.unsigned_because)
    assert load_rules(file, "Dr Ito", "2026-12-01", version).signed


def test_a_change_after_the_signature_ends_it(site):
    signed = load_rules(site(NORTH + BELOW + AT + ABOVE)).version
    changed = load_rules(site(NORTH + BELOW + AT + ABOVE + "# one more look\n"), "Dr Ito", "2026-12-01", signed)
    assert not changed.signed
    assert signed in str(changed.unsigned_because)


def test_a_date_that_is_none_is_refused():
    with pytest.raises(RulesError, match=r"rules\.signed_on 'soon' is not a date"):
        load_rules(None, "Dr Ito", "soon")


def test_the_example_of_the_documentation_loads(site):
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    rules = load_rules(site(example))
    assert (rules.site.name, rules.oximetry.urgent_below_pct) == ("north-2026", Decimal(95))
