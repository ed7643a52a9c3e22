"""Does what a key asked for, in a thread and under a name; what became of it comes back as a message and is said."""

from collections.abc import Callable

from textual import work

from console import messages
from console.guard import GuardedApp
from console.live import plain
from console.ports import RefusedError
from console.screens.reason import ReasonScreen


class DoingApp(GuardedApp):
    """How the console writes, and how it asks before it does."""

    def do(self, deed: Callable[[str], None], done: str) -> None:
        """Do something in the name of whoever sits here at this moment; without anybody nothing is done."""
        person = self.sitting.acting
        if person is None:
            self.post_message(messages.NotSaved("Nobody is logged in."))
        else:
            self.write(deed, person.name, done)

    @work(thread=True, group="desk")
    def write(self, deed: Callable[[str], None], by: str, done: str) -> None:
        """Write in a thread; say what became of it."""
        try:
            deed(by)
        except RefusedError as error:
            self.post_message(messages.NotSaved(str(error)))
        except Exception as error:  # noqa: BLE001 - the person must hear that nothing was saved, whatever was raised
            self.post_message(messages.NotSaved(f"The database refused: {plain(error)}"))
        else:
            self.post_message(messages.Saved(done))

    def ask(
        self, question: str, deed: Callable[[str, str], None], done: str, *, required: bool = False, hint: str = ""
    ) -> None:
        """Ask for words, or only for Enter, and then do it: `deed` is given the words and the name."""

        def answered(words: str | None) -> None:
            if words is not None:
                self.do(lambda by: deed(words, by), done)

        self.push_screen(ReasonScreen(question, required=required, hint=hint), answered)

    def tell(self, sentence: str) -> None:
        """Say something that is no error."""
        self.notify(sentence, markup=False)
