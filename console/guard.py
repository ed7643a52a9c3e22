"""Locks the console, lets people in, and stops a key that somebody's role does not permit.

A locked console keeps its board without values and rings as always; what was open waits behind it for the same
person and is closed for anybody else. A password is checked in a thread.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from textual import events, on, work
from textual.dom import DOMNode

from console import messages
from console.actions import permission_of
from console.live import LiveApp, plain
from console.ports import RefusedError
from console.screens.login import LoginScreen
from console.screens.veil import VeilScreen

PROMPT_STAYS = timedelta(seconds=60)
"""A login that nobody types into goes away: it covers the foot of the board."""

DUTY_KEYS = "l lock or hand over    ? help    q leave"


class GuardedApp(LiveApp):
    """Everything of the console that depends on who sits there."""

    async def on_event(self, event: events.Event) -> None:
        """Count keys and clicks; while a login is asked for, any of them opens it and does nothing else."""
        if isinstance(event, events.Key | events.MouseDown | events.Paste) and not event.is_forwarded:
            self.sitting = self.sitting.touched(self.clock.now())
            if self.sitting.asks_login and not isinstance(self.screen, LoginScreen):
                self._open_login()
                return
        await super().on_event(event)

    def beat(self, *, whole: bool = True) -> None:
        """Lock after a time without a key, then do what every beat does."""
        now = self.clock.now()
        idle = self.sitting.idle_for(now)
        if idle >= self.lock_after and self.sitting.acting is not None:
            self._lock("locked after idle")
        if isinstance(self.screen, LoginScreen) and idle >= PROMPT_STAYS:
            self.action_close_login()
        super().beat(whole=whole)

    def action_lock(self) -> None:
        """Lock at once, for a walk to the door or to hand over."""
        if not self.sitting.guarded:
            self.notify("No logins are set up, so nothing locks; see stepguard user --help.", markup=False)
            return
        self._lock("locked")
        self._open_login()

    def action_close_login(self) -> None:
        """Take the login away; the veiled board stays."""
        if isinstance(self.screen, LoginScreen):
            self.pop_screen()

    def _lock(self, what: str) -> None:
        before, self.sitting = self.sitting, self.sitting.locked(self.clock.now())
        if before.acting is not None and self.sitting.acting is None:
            self.put_down(what, before.acting.name)
            self._follow()

    def _open_login(self) -> None:
        if not isinstance(self.screen, LoginScreen):
            person = self.sitting.person
            self.push_screen(LoginScreen(person.name if person else self.offered))

    @on(messages.StandingRead)
    def take_standing(self, event: messages.StandingRead) -> None:
        """Follow what the database says of logins: a disabled user is out, another role counts at once."""
        before, self.sitting = self.sitting, self.sitting.informed(event.standing)
        if before.person is not None and self.sitting.person is None:
            self._close_everything()
        self._follow()
        if self.sitting.asks_login and not before.asks_login:
            self._open_login()

    def _follow(self) -> None:
        """Draw the veil, or take it away, as the sitting says."""
        if self.sitting.asks_login:
            while self._veil_drawn() and not isinstance(self.screen, VeilScreen | LoginScreen):
                self.pop_screen()
        if self.sitting.veiled and not self._veil_drawn():
            self._hush()
            self.push_screen(VeilScreen())
        while self._veil_drawn() and not self.sitting.veiled:
            self.pop_screen()
        self.call_after_refresh(self.repaint)

    def _hush(self) -> None:
        """Take away what notices say of values; that something was not done is said on."""
        failed = any(each.severity == "error" for each in self._notifications)
        self.clear_notifications()
        if failed:
            self.post_message(messages.NotSaved(""))

    def _veil_drawn(self) -> bool:
        return any(isinstance(screen, VeilScreen) for screen in self.screen_stack)

    def _close_everything(self) -> None:
        """Close whatever stands above the board, and show everybody: it was somebody else's."""
        self.team = None
        while self.screen is not self.board:
            self.pop_screen()

    @on(LoginScreen.Asked)
    def ask_in(self, event: LoginScreen.Asked) -> None:
        """Have a password checked."""
        self.check(event.name, event.password)

    @work(thread=True, exclusive=True, group="door")
    def check(self, name: str, password: str) -> None:
        """Check a password; say what became of it."""
        try:
            person = self.door.log_in(name, password)
        except RefusedError as error:
            self.post_message(messages.TurnedAway(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever the database raises must reach the person
            self.post_message(messages.TurnedAway(f"the password cannot be checked: {plain(error)}"))
        else:
            self.post_message(messages.LetIn(person))

    @on(messages.TurnedAway)
    def say_turned_away(self, event: messages.TurnedAway) -> None:
        """Say why nobody was let in."""
        if isinstance(self.screen, LoginScreen):
            self.screen.refuse(event.sentence)

    @on(messages.LetIn)
    def let_in(self, event: messages.LetIn) -> None:
        """Give the console to whoever logged in: as they left it, or from the board for somebody else."""
        before, person = self.sitting, event.person
        self.action_close_login()
        if before.person is None or before.person.name != person.name:
            self._close_everything()
            if before.person is not None:
                self.put_down("logged out, relieved", before.person.name)
        else:
            self.put_down("unlocked", person.name)
        self.sitting = before.let_in(person, self.clock.now())
        self._follow()

    @work(thread=True, group="log")
    def put_down(self, what: str, name: str) -> None:
        """Put into the log what became of somebody's sitting; a log that cannot be written is said."""
        try:
            self.door.note(what, by=name)
        except Exception as error:  # noqa: BLE001 - as in `check`
            self.post_message(messages.NotSaved(f"The audit log does not take it: {plain(error)}"))

    def leave_word(self) -> None:
        """Put into the log that whoever sits here left, however the console came to its end."""
        person, self.sitting = self.sitting.person, replace(self.sitting, person=None)
        if person is not None and person.role is not None:
            self.door.note("logged out", by=person.name)

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[Any, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action that the role of whoever sits here permits; say why not otherwise."""
        if isinstance(action, str) and not self.permits(action.removeprefix("app.")):
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def permits(self, name: str) -> bool:
        """Return whether an action of the registry is permitted; say why not."""
        needed = permission_of(name)
        why_not = None if needed is None else self.sitting.why_not(needed)
        if why_not is not None:
            self.notify(why_not, severity="warning", markup=False)
        return why_not is None

    async def action_quit(self) -> None:
        """Leave, unless the console is locked: the board stays for whoever watches it."""
        if self.sitting.locked_at is None:
            self.exit(0)

    def action_command_palette(self) -> None:
        """Offer the palette to whoever may see the board."""
        if not self.sitting.veiled:
            super().action_command_palette()

    def foot(self) -> str:
        """Return what a key does while the board shows no values."""
        if not self.sitting.asks_login:
            return DUTY_KEYS
        person = self.sitting.person
        if person is None:
            return "LOGIN NEEDED: press any key. Pages go on meanwhile, and the bell rings."
        return f"LOCKED by {person.name}. Any key: log in, or hand over. Pages go on, the bell rings."
