"""Logins: who is let in, who is not, for how long, and what the audit log keeps of it."""

import json
from datetime import UTC, datetime, timedelta

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import user_passwords as passwords
from gateway import users
from gateway.permissions import Action, Role
from gateway.user_passwords import ALPHABET, PasswordRefusedError, make_password, refuse_weak
from gateway.users import (
    FREE_TRIES,
    LONGEST_LOCK,
    NotPermittedError,
    Refused,
    User,
    UserError,
    add_user,
    lock_after,
    log_in,
    logins_exist,
    require,
    set_password,
    set_role,
    set_user_disabled,
    unlock,
)

NOW = datetime(2026, 3, 3, 1, 14, tzinfo=UTC)
RIGHT = "correct horse battery"
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    """Hash quickly: what is tested is who is let in, not how long argon2 takes."""
    monkeypatch.setattr(users, "HASHER", CHEAP)


@pytest.fixture
def ada(database):
    with database.write() as session:
        add_user(session, "ada", Role.NURSE, RIGHT, by="root", now=NOW)
    return "ada"


def known(database, name="ada"):
    with database.read() as session:
        return next(one for one in users.users(session) if one.name == name)


def wrong(database, times, at=NOW):
    return [log_in(database, "ada", "not the password", at) for _ in range(times)][-1]


def logged(database):
    """Return the people's chain as (actor, subject, details)."""
    with database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT a.body, p.payload FROM audit a JOIN audit_payload p ON a.chain = p.chain AND a.number = p.number"
            " WHERE a.chain = 'people' ORDER BY a.number"
        )
        found = []
        for body, payload in rows:
            ((_kind, subject, _patient, actor, *_),) = json.loads(body)
            found.append((actor, subject, json.loads(payload)))
        return found


def test_the_right_password_lets_in_and_is_remembered(database, ada):
    user = log_in(database, " Ada ", RIGHT, NOW)
    assert isinstance(user, User)
    assert (user.name, user.role) == ("ada", Role.NURSE)
    assert known(database).last_login_at == NOW


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(database, ada):
    assert log_in(database, "ada", "not the password", NOW) == log_in(database, "zoe", RIGHT, NOW)


def test_an_unknown_name_costs_a_check_of_a_password_as_a_known_one_does(database, ada, monkeypatch):
    checked = []

    def remember(_password, password_hash, _hasher):
        checked.append(password_hash)
        return False

    monkeypatch.setattr(passwords, "matches", remember)
    log_in(database, "ada", RIGHT, NOW)
    log_in(database, "zoe", RIGHT, NOW)
    assert len(checked) == 2
    assert all(one.startswith("$argon2id$") for one in checked)


def test_no_password_opens_the_hash_of_nobody(database):
    assert isinstance(log_in(database, "zoe", "", NOW), Refused)
    assert not passwords.matches("", passwords.hash_of_nobody(CHEAP), CHEAP)


def test_five_wrong_passwords_lock_the_login_even_for_the_right_one(database, ada):
    assert wrong(database, FREE_TRIES - 1).locked_until is None
    assert wrong(database, 1).locked_until == NOW + timedelta(minutes=1)
    refused = log_in(database, "ada", RIGHT, NOW + timedelta(seconds=59))
    assert isinstance(refused, Refused)
    assert "1 more min" in refused.sentence
    assert "user unlock" in refused.sentence
    assert isinstance(log_in(database, "ada", RIGHT, NOW + timedelta(seconds=60)), User)


def test_while_locked_no_password_is_looked_at(database, ada, monkeypatch):
    wrong(database, FREE_TRIES)
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("a password was checked"))
    assert isinstance(log_in(database, "ada", RIGHT, NOW), Refused)


def test_success_forgets_the_wrong_ones(database, ada):
    wrong(database, FREE_TRIES - 1)
    log_in(database, "ada", RIGHT, NOW)
    assert known(database).wrong_in_a_row == 0
    assert wrong(database, FREE_TRIES - 1).locked_until is None


@given(st.integers(0, 10_000))
def test_the_lock_grows_and_never_beyond_its_longest(count):
    shorter, longer = lock_after(count, NOW), lock_after(count + 1, NOW)
    assert (shorter is None) == (count < FREE_TRIES)
    if shorter is not None:
        assert shorter <= longer <= NOW + LONGEST_LOCK


def test_each_user_is_counted_alone(database, ada):
    with database.write() as session:
        add_user(session, "ben", Role.PHYSICIAN, RIGHT, by="root", now=NOW)
    wrong(database, FREE_TRIES)
    assert isinstance(log_in(database, "ben", RIGHT, NOW), User)


def test_an_attempt_counts_although_the_process_dies_while_checking(database, ada, monkeypatch):
    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(passwords, "matches", dies)
    with pytest.raises(KeyboardInterrupt):
        log_in(database, "ada", "guess", NOW)
    assert known(database).wrong_in_a_row == 1


def test_an_administrator_unlocks(database, ada):
    wrong(database, FREE_TRIES)
    with database.write() as session:
        unlock(session, "ada", by="root", now=NOW)
    assert isinstance(log_in(database, "ada", RIGHT, NOW), User)


def test_a_disabled_login_lets_nobody_in_and_says_so_only_to_its_owner(database, ada):
    with database.write() as session:
        set_user_disabled(session, "ada", disabled=True, by="root", now=NOW)
    assert log_in(database, "ada", "not the password", NOW).sentence == users.WRONG.sentence
    assert "disabled" in log_in(database, "ada", RIGHT, NOW).sentence


def test_a_password_changed_meanwhile_lets_nobody_in_with_the_old_one(database, ada, monkeypatch):
    check = passwords.matches

    def slow(password, password_hash, hasher):
        with database.write() as session:
            set_password(session, "ada", "another long password", by="root", now=NOW)
        return check(password, password_hash, hasher)

    monkeypatch.setattr(passwords, "matches", slow)
    assert isinstance(log_in(database, "ada", RIGHT, NOW), Refused)


def test_a_hash_of_older_parameters_is_renewed_at_the_next_login(database, ada, monkeypatch):
    stronger = argon2.PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(users, "HASHER", stronger)
    with database.read() as session:
        before = users._row(session, "ada").password_hash
    assert isinstance(log_in(database, "ada", RIGHT, NOW), User)
    with database.read() as session:
        after = users._row(session, "ada").password_hash
    assert ",t=1," in before
    assert ",t=2," in after
    assert isinstance(log_in(database, "ada", RIGHT, NOW), User)


def test_a_password_may_be_typed_with_accents_composed_in_either_way(database):
    with database.write() as session:
        add_user(session, "zoe", Role.NURSE, "caf\u00e9 caf\u00e9 caf\u00e9", by="root", now=NOW)
    assert isinstance(log_in(database, "zoe", "cafe\u0301 cafe\u0301 cafe\u0301", NOW), User)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"),
        ("x" * 300, "at most"),
        ("my name is Ada!", "name"),
        ("aaaaaaaaaaaaaaa", "repeated"),
    ],
)
def test_a_password_nobody_should_have_is_refused_and_not_quoted(password, words):
    with pytest.raises(PasswordRefusedError, match=words) as caught:
        refuse_weak(password, "ada")
    assert password not in str(caught.value)


@given(st.text(min_size=12, max_size=40))
def test_length_is_all_that_a_password_needs(password):
    if "ada" not in password.casefold() and len(set(password)) > 1:
        refuse_weak(password, "ada")


def test_a_made_password_is_never_the_same_and_always_allowed():
    made = {make_password("ad") for _ in range(500)}
    assert len(made) == 500
    for one in made:
        refuse_weak(one, "ad")
        assert set(one) <= set(ALPHABET) | {"-"}


@pytest.mark.parametrize("name", ["", "a", "Ada Berg", "1st", "ada@ward", "x" * 33, "ad\u00e4"])
def test_a_name_that_is_no_single_opaque_word_is_refused(database, name):
    with database.write() as session, pytest.raises(UserError, match="one word"):
        add_user(session, name, Role.NURSE, RIGHT, by="root", now=NOW)


def test_a_name_belongs_to_one_person(database, ada):
    with database.write() as session, pytest.raises(UserError, match="exists already"):
        add_user(session, "ADA", Role.PHYSICIAN, RIGHT, by="root", now=NOW)


def test_without_users_everybody_may_and_keeps_their_name(database):
    with database.read() as session:
        assert not logins_exist(session)
        assert require(session, " Ada Berg ", Action.GIVE_GRADE) == "Ada Berg"


def test_with_users_a_name_needs_a_login_that_is_enabled_and_a_role_that_permits(database, ada):
    with database.write() as session:
        assert require(session, "ADA", Action.ENTER_RECORD) == "ada"
        with pytest.raises(NotPermittedError, match="no enabled login"):
            require(session, "zoe", Action.SEE_DUTY)
        with pytest.raises(NotPermittedError, match="ask a physician"):
            require(session, "ada", Action.GIVE_GRADE)
        set_role(session, "ada", Role.PHYSICIAN, by="root", now=NOW)
        assert require(session, "ada", Action.GIVE_GRADE) == "ada"
        add_user(session, "ben", Role.NURSE, RIGHT, by="root", now=NOW)
        set_user_disabled(session, "ada", disabled=True, by="root", now=NOW)
        with pytest.raises(NotPermittedError, match="no enabled login"):
            require(session, "ada", Action.GIVE_GRADE)


def test_every_login_and_every_change_of_a_user_is_in_the_audit_log(database, ada):
    wrong(database, 1)
    log_in(database, "my password by mistake", "", NOW)
    log_in(database, "ada", RIGHT, NOW)
    with database.write() as session:
        set_role(session, "ada", Role.AUDITOR, by="root", now=NOW)
    told = [(actor, subject, what.get("change") or what.get("outcome")) for actor, subject, what in logged(database)]
    assert told == [
        ("root", "user:ada", "added"),
        (None, "user:ada", "refused"),
        (None, "user:unknown", "refused"),
        ("ada", "user:ada", "let in"),
        ("root", "user:ada", "role"),
    ]


def test_no_password_and_no_mistyped_name_is_kept_anywhere(database, ada, tmp_path):
    log_in(database, "my secret typed as a name", "another secret typed", NOW)
    log_in(database, "ada", RIGHT, NOW)
    database.dispose()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("house.db*"))
    for secret in (b"my secret typed", b"another secret", RIGHT.encode()):
        assert secret not in kept
