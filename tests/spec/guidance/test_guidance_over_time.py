"""Guidance changes when something happens or a clock runs out, at that instant, and never by age alone."""

import itertools

from spec_shorthand import instant, timeline
from spec_tables import changes, replayed


def guidance_changes(when: str):
    """Return the instants at which the guidance became another, without anything being entered."""
    answers = changes(timeline(when))
    return [
        (later.at, later.guidance)
        for earlier, later in itertools.pairwise(answers)
        if later.guidance != earlier.guidance
    ]


def test_the_end_of_an_observation_and_a_delay_are_said_at_their_instant():
    found = guidance_changes("0h dose SUD1; 9d tick")
    assert [at for at, _ in found] == [instant("48h"), instant("7d14h")]
    (_, over), (_, late) = found
    assert not any(line.startswith("label: ") for line in over.now)
    assert late.next_dose.actions == ("restart_step_up",)


def test_seventy_two_hours_without_symptoms_are_over_at_their_instant():
    found = guidance_changes("drug mosunetuzumab iv; 0h dose SUD1; 30h well T 38.4; 31h crs 0; 6d tick")
    allowed = {at: said.next_dose.allowed for at, said in found}
    assert allowed[instant("103h")] is True
    assert not any(value for at, value in allowed.items() if at < instant("103h"))


def test_a_grade_that_lasts_reaches_the_limit_of_the_label_by_itself():
    found = guidance_changes("0h dose SUD1; 30h well T 38.4; 30h support O2 face_mask 8; 90h tick")
    stopped = [at for at, said in found if said.next_dose.actions == ("discontinue_permanently",)]
    assert stopped[0] == instant("78h")


def test_icans_that_lasts_reaches_the_limit_of_the_label_by_itself():
    found = guidance_changes("drug tarlatamab standard; 0h dose step-up dose -; 30h ice 2; 250h tick")
    stopped = [at for at, said in found if said.next_dose.actions == ("discontinue_permanently",)]
    assert stopped[0] == instant("198h")


def test_a_week_of_symptoms_is_said_at_its_instant():
    found = guidance_changes("0h dose SUD1; 30h well T 38.4; 220h tick")
    assert next(at for at, said in found if any("HLH" in line for line in said.now)) == instant("198h")


def test_nothing_in_the_guidance_changes_by_age():
    when = "; ".join(["0h dose SUD1; 50h well T 38.4", *(f"51h{minute}m well T 38.4" for minute in range(60))])
    said = {answer.guidance for answer in replayed(timeline(when))[2:]}
    assert len(said) == 1


def test_a_grade_four_is_not_forgotten_when_a_milder_episode_follows():
    when = (
        "0h dose SUD1; 30h well T 38.4; 30h support O2 cpap; 31h support none; 31h crs 0; "
        "60h well T 38.4; 61h crs 0; 62h tick"
    )
    dose = replayed(timeline(when))[-1].guidance.next_dose
    assert dose.allowed is False
    assert dose.actions == ("discontinue_permanently",)
    assert "grade 4" in dose.text


def test_a_duration_ends_when_a_clinician_closes_the_episode():
    when = "0h dose SUD1; 30h well T 38.4; 30h support O2 face_mask 8; 40h crs 0; 100h tick"
    dose = replayed(timeline(when))[-1].guidance.next_dose
    assert "hospitalize_48h" in dose.actions


def test_a_dose_of_yesterday_entered_today_moves_every_clock():
    early = replayed(timeline("0h dose SUD1; 5h well; 30h tick"))[-1]
    late = replayed(timeline("5h well; 30h tick; 0h dose SUD1; 30h tick"))[-1]
    assert late.guidance == early.guidance


def test_clinicians_icans_grade_withholds_until_it_is_withdrawn_or_zero():
    given = "0h dose SUD1; 30h icans 2; 40h ice 10"
    held = replayed(timeline(given))[-1].guidance.next_dose
    assert (held.allowed, "withhold_until_resolved" in held.actions) == (False, True)
    over = replayed(timeline(f"{given}; 41h icans 0"))[-1].guidance.next_dose
    assert (over.allowed, over.earliest) == (True, instant("41h"))
    withdrawn = replayed(timeline(f"{given}; 41h icans null"))[-1].guidance.next_dose
    assert (withdrawn.allowed, withdrawn.earliest) == (True, instant("41h"))


def test_stale_icans_is_not_mild_enough_to_go_on():
    fresh = replayed(timeline("drug glofitamab standard; 0h dose SUD1; 30h ice 8; 31h tick"))[-1].guidance.next_dose
    stale = replayed(timeline("drug glofitamab standard; 0h dose SUD1; 30h ice 8; 60h tick"))[-1].guidance.next_dose
    assert (fresh.allowed, fresh.actions) == (True, ("proceed",))
    assert (stale.allowed, stale.actions) == (None, ("ask_pharmacist",))
    assert "ask ICE again" in stale.text


def test_a_clinicians_worse_grade_counts_after_the_episode_too():
    when = "0h dose SUD1; 30h well T 38.4; 30h crs 2; 31h crs 0; 32h tick"
    assert "hospitalize_48h" in replayed(timeline(when))[-1].guidance.next_dose.actions
    withdrawn = "0h dose SUD1; 30h well T 38.4; 30h crs 2; 30h30m crs null; 31h crs 0; 32h tick"
    assert "hospitalize_48h" not in replayed(timeline(withdrawn))[-1].guidance.next_dose.actions


def test_crs_that_only_a_clinician_saw_withholds_and_is_not_forgotten():
    given = "0h dose SUD1; 30h well; 31h crs 3"
    held = replayed(timeline(given))[-1].guidance.next_dose
    assert (held.allowed, held.actions[0]) == (False, "withhold_until_resolved")
    over = replayed(timeline(f"{given}; 40h crs 0; 41h tick"))[-1].guidance.next_dose
    assert (over.allowed, over.earliest) == (True, instant("40h"))
    assert "hospitalize_48h" in over.actions
    again = replayed(timeline(f"{given}; 40h crs 0; 41h crs 4"))[-1].guidance.next_dose
    assert again.actions == ("discontinue_permanently",)
    withdrawn = replayed(timeline(f"{given}; 32h crs null"))[-1].guidance.next_dose
    assert withdrawn.actions == ("proceed",)
    dosed = replayed(timeline(f"{given}; 40h crs 0; 60h dose SUD2; 61h tick"))[-1].guidance.next_dose
    assert dosed.actions == ("proceed",)
