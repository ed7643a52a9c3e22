"""A nurse sends a home a standing instruction from the console: which one, read whole, pressed twice."""

from console.entry.instruct import understand_instruction
from console.entry.moment import Asks
from console.screens.entry import EntryScreen


def question(line, offers):
    asked = understand_instruction(line, offers)
    assert isinstance(asked, Asks)
    return asked.question


async def test_the_whole_text_is_read_before_it_goes_and_only_the_second_enter_sends_it(console, desk, feed):
    async with console.run_test(size=(80, 24)) as pilot:
        await console.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("r")
        await console.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(console.screen, EntryScreen)
        await pilot.press(*"come-in", "enter")
        await pilot.pause()
        read_back = console.screen.query_one("#read-back")
        words = str(read_back.render())
        assert words.startswith("SEND? P-0042: Come\ntext to Eva (signed Dr Ito, 2026): The nurse asks")
        assert words.endswith("END\nNOT to Jonas: no text in Danish\nEnter sends.")
        assert read_back.region.height >= read_back.virtual_size.height, "no line of it is cut off"
        assert console.screen.region.contains_region(read_back.region)
        assert desk.done == []
        await pilot.press("enter")
        await console.workers.wait_for_complete()
        await pilot.pause()
        assert desk.done == [("instruct", 42, "come-in", feed.offers.by_key("come-in").shown)]


def test_what_cannot_be_sent_is_a_question_that_names_the_remedy(make):
    offers = make.offers()
    assert question("", offers) == "Which one? come-in (Come)"
    assert question("go", offers) == "There is no 'go'. come-in (Come)"
    assert question("come-in", None).startswith("Reading what may be sent")
    none = make.offers(why_none="site.instructions is not set; write a file like deploy/instructions.toml")
    assert question("come-in", none).startswith("Site.instructions is not set; write")
    assert question("come-in", make.offers(words=None)) == "No text in Danish; no text in Danish."
