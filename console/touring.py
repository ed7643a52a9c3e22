"""The first-run tour in the console: what was done leads on, one key leads on or ends it."""

from collections.abc import Callable, Mapping
from typing import Any

from textual.dom import DOMNode

from console.shift_keys import ShiftKeys
from console.views.tour import Tour, tour_lines
from console.widgets.keys import KeyLine


class TouringApp(ShiftKeys):
    """Shows the tour above the line of keys of every screen that has one.

    `tour` is where it stands; `tour_seen` is called when it was walked through or ended by hand.
    """

    tour = Tour()
    tour_seen: Callable[[], None] | None = None

    def repaint(self) -> None:
        """Paint every open screen, and what the tour says there."""
        super().repaint()
        asking = self.view().asking if self.tour.at is not None else ()
        for screen in self.screen_stack:
            place = str(getattr(screen, "PLACE", ""))
            for line in screen.query(KeyLine):
                line.guide(tour_lines(self.tour, place, asking, line.content_size.width or self.size.width))

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[Any, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action; what the tour asks for leads on in it."""
        ran = await super().run_action(action, default_namespace, namespaces)
        if isinstance(action, str):
            self._walk(self.tour.after(action.removeprefix("app.")))
        return ran

    def action_tour(self) -> None:
        """Begin the tour, or end it."""
        self._walk(self.tour.begun() if self.tour.at is None else self.tour.ended())

    def action_tour_on(self) -> None:
        """Go to the next step of the tour."""
        self._walk(self.tour.onward())

    def _walk(self, after: Tour) -> None:
        before, self.tour = self.tour, after
        if before == after:
            return
        if after.at is None and self.tour_seen is not None:
            self.tour_seen()
        self.repaint()
