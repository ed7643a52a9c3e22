"""The form on the screen: line and fields fill each other, a correction takes one step, nothing is saved unread."""

from keyboard import notices, painted, said, settled
from textual.widgets import Input

SIZE = (80, 24)


async def typed(pilot, words):
    """Type into whichever field has the keys."""
    for character in words:
        pilot.app.focused.insert_text_at_cursor(character)
    await settled(pilot)


def shown(pilot):
    return {field.id.removeprefix("field-"): field.value for field in pilot.app.screen.query(Input)}


async def test_the_line_fills_the_form_the_form_writes_the_line_and_an_error_stands_at_its_field(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("s")
        await settled(pilot)
        await typed(pilot, "nc 4 milrinone")
        assert shown(pilot)["oxygen"] == "nasal_cannula"
        assert "'milrinone' is no support known here" in said(pilot, "#read-back")
        await pilot.press(*["tab"] * 4)
        assert pilot.app.focused.id == "field-vasopressors"
        assert "pressors: see below" in said(pilot, "#read-back")
        pilot.app.focused.value = ""
        await pilot.press("down", "tab", "down", "down")
        await settled(pilot)
        assert shown(pilot)["line"] == "s nasal_cannula 4 norepinephrine vasopressin"
        assert "oxygen nasal cannula 4 L/min; vasopressors norepinephrine, vasopressin" in " ".join(
            said(pilot, "#read-back").split()
        )
        await pilot.press("enter")
        assert desk.done == []
        await pilot.press("enter")
        await settled(pilot)
        ((deed, patient_id, event),) = desk.done
        assert (deed, patient_id, event["vasopressors"], event["vasopressin"]) == (
            "enter",
            42,
            ["norepinephrine"],
            True,
        )


async def test_an_entry_is_corrected_in_one_step_and_an_empty_time_means_as_before(console, desk, feed):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x")
        await settled(pilot)
        assert "struck out Mon 23:34 by Ben Lund: wrong amount, now m4" in " ".join(painted(pilot).split())
        await pilot.press("enter")
        await settled(pilot)
        assert "was: m4  01:20  medication paracetamol 1000 mg by Ada Berg" in painted(pilot)
        assert "01:20 as before" in said(pilot, "#read-back")
        screen = pilot.app.screen
        screen.query_one("#field-amount", Input).value = "500"
        screen.query_one("#field-why", Input).value = "half a tablet"
        await settled(pilot)
        await pilot.press("enter", "enter")
        await settled(pilot)
        ((deed, patient_id, ref, event, why),) = desk.done
        assert (deed, patient_id, ref, why) == ("correct", 42, "m4", "half a tablet")
        assert (event["amount"], event["at"]) == (500, feed.entered[3].line.at.isoformat())


async def test_a_line_is_struck_out_with_a_reason_and_a_struck_one_is_not_changed_again(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("enter", "x")
        await settled(pilot)
        await pilot.press("down", "down", "enter", "x")
        await settled(pilot)
        assert "m3 is struck out already, by Ben Lund" in notices(pilot)
        await pilot.press("down", "x")
        await settled(pilot)
        assert "strike out m1, dose SUD2 0.3 mg/kg. Why?" in painted(pilot)
        await pilot.press("enter")
        await typed(pilot, "of another patient")
        await pilot.press("enter")
        await settled(pilot)
        ((deed, patient_id, event),) = desk.done
        assert (deed, patient_id, event["type"], event["of"]) == ("enter", 42, "void", "m1")
        assert event["why"] == "of another patient"


async def test_what_has_no_key_of_its_own_is_entered_by_its_letter_such_as_own_limits(console, desk):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("e")
        await settled(pilot)
        assert "l own limits" in " ".join(painted(pilot).split())
        await typed(pilot, "l spo2 88 85 +14d Dr Berg: chronic hypoxia")
        await pilot.press("enter", "enter")
        await settled(pilot)
        ((deed, patient_id, group, limit),) = desk.done
        assert (deed, patient_id, group, limit.urgent, limit.by) == ("limit", 42, "oximetry", 88, "Dr Berg")
