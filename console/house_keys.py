"""What keys do with the house: put people on duty and take them off again, put hubs into homes, change them."""

from console.entry.devices import PUT_EXAMPLE, SWAP_EXAMPLE, Put, Swap, understand_put, understand_swap
from console.entry.duty import EXAMPLE, OnDuty, understand_duty
from console.incident_keys import IncidentKeys
from console.screens.devices import DevicesScreen
from console.screens.entry import EntryScreen
from console.screens.roster import RosterScreen


class HouseKeys(IncidentKeys):
    """The roster screen's and the devices screen's keys. What they do is asked back in full before it is done."""

    # The method names are those of console.keys.

    def action_put_on_duty(self) -> None:
        """Open a line that puts somebody on duty for a time."""
        screen = self.screen
        if not isinstance(screen, RosterScreen):
            return

        def entered(answer: OnDuty | None) -> None:
            if answer is not None:
                self.do(
                    lambda by: self.desk.put_on_duty(
                        answer.role, answer.person.key, answer.starts, answer.ends, answer.why, by=by
                    ),
                    answer.read_back,
                )

        self.push_screen(
            EntryScreen[OnDuty](
                "Put somebody on duty, whatever the roster file says",
                example=EXAMPLE,
                begin="",
                understand=lambda line: understand_duty(
                    line, None if screen.found is None else screen.found.roster, self.clock.now(), self.zone
                ),
            ),
            entered,
        )

    def action_end_duty(self) -> None:
        """Ask which override ends now."""
        screen = self.screen
        if not isinstance(screen, RosterScreen):
            return
        if screen.found is None or not screen.found.overrides:
            self.tell("Nobody was put on duty by hand.")
            return
        numbers = ", ".join(str(each.id) for each in screen.found.overrides)
        self.ask(f"Which one ends now? Its number: {numbers}", self._end_duty, "It has ended.", required=True)

    def _end_duty(self, number: str, by: str) -> None:
        self.desk.end_duty(number, by=by)

    def action_put_hub(self) -> None:
        """Open a line that puts the selected hub into a home."""
        screen = self.screen
        if not isinstance(screen, DevicesScreen):
            return

        def entered(answer: Put | None) -> None:
            if answer is not None:
                self.do(lambda by: self.desk.put_hub(answer.hub, answer.code, by=by), answer.read_back)

        codes = tuple(each.code for each in self.snapshot.overviews) if self.snapshot is not None else ()
        begin = f"{screen.selected.name} " if screen.selected is not None and screen.selected.code is None else ""
        self.push_screen(
            EntryScreen[Put](
                "Put a hub into a home",
                example=PUT_EXAMPLE,
                begin=begin,
                understand=lambda line: understand_put(line, screen.found or (), codes),
            ),
            entered,
        )

    def action_swap_hub(self) -> None:
        """Open a line that changes the selected hub for another."""
        screen = self.screen
        if not isinstance(screen, DevicesScreen):
            return

        def entered(answer: Swap | None) -> None:
            if answer is not None:
                self.do(
                    lambda by: self.desk.swap_hub(answer.leaves, answer.comes, answer.code, by=by), answer.read_back
                )

        begin = f"{screen.selected.name} " if screen.selected is not None and screen.selected.code is not None else ""
        self.push_screen(
            EntryScreen[Swap](
                "Change a hub for another",
                example=SWAP_EXAMPLE,
                begin=begin,
                understand=lambda line: understand_swap(line, screen.found or ()),
            ),
            entered,
        )

    def action_take_hub_out(self) -> None:
        """Ask, then take the selected hub out of its home."""
        hub = self.screen.selected if isinstance(self.screen, DevicesScreen) else None
        if hub is None or hub.code is None:
            self.tell("The selected hub stands in nobody's home.")
            return
        self.ask(
            f"Take {hub.name} out of the home of {hub.code}? What it measures from now on is nobody's",
            lambda _words, by: self.desk.take_hub_out(hub.name, by=by),
            f"{hub.name} stands nowhere now.",
        )
