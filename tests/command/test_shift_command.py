"""`stepguard shift`: the hand-over as text, as an object and as a PDF; who read it stands in the audit log."""


def test_the_hand_over_is_printed_written_and_put_into_the_log(stepguard, here):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--by", "ada").code == 0
    dose = ("--step", "SUD1", "--amount", "0.06", "--unit", "mg/kg", "--by", "ada")
    assert stepguard("dose", "P-0042", *dose).code == 0
    said = stepguard("shift", "--by", "ben")
    assert said.code == 0
    assert "STEPGUARD SHIFT REPORT (I-PASS)" in said.out
    assert "dose SUD1 0.06 mg/kg, ada [m1]" in said.out
    assert "NOT SEEN: not assessed yet" in said.out
    assert "not recorded: " in said.out
    assert all(len(line) <= 78 for line in said.out.splitlines())
    found = stepguard("shift", "--json", "--since", "2026-01-01T00:00Z", "--by", "ben").object
    assert [each["patient"] for each in found["patients"]] == ["P-0042"]
    assert (found["since"], found["since_because"]) == ("2026-01-01T00:00:00+00:00", "as asked")
    assert stepguard("shift", "--pdf", "shift.pdf", "--sbar", "--by", "ben").code == 0
    assert (here / "shift.pdf").read_bytes().startswith(b"%PDF")
    assert (here / "shift.pdf").stat().st_mode & 0o077 == 0
    stepguard("shift", "--pdf", "shift.pdf", "--by", "ben").refuses("exists")
    stepguard("shift", "--since", "2999-01-01T00:00Z", "--by", "ben").refuses("--since", "not in the past")
    stepguard("shift", "--json", "--pdf", "other.pdf", "--by", "ben").refuses("one of")
    shown = stepguard("audit", "show", "--json", "--by", "ada").out
    assert shown.count('"shift report"') + shown.count('\\"shift report\\"') >= 3
