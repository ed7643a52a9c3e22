"""Whoever changes the database behind the log is found out, and what they changed is named."""

import hashlib

import pytest
from sqlalchemy import text

from gateway.audit_seal import row_hash


def faults(verified):
    return [(one.fault, one.where) for one in verified.findings]


def audit_row(night, chain, number):
    with night.read() as session:
        query = text("SELECT number, at, body, previous_hash, hash FROM audit WHERE chain = :c AND number = :n")
        return session.connection().execute(query, {"c": chain, "n": number}).one()


def heads(night):
    with night.read() as session:
        return dict(session.connection().execute(text("SELECT chain, max(number) FROM audit GROUP BY chain")).all())


def test_a_night_nobody_touched_is_whole(night, verified):
    found = verified(night)
    assert found.findings == []
    assert found.sound
    assert set(found.rows) == {"gateway", "monitor", "alerts", "people", "anchor"}
    assert all(rows > 0 for rows in found.rows.values())
    assert found.anchors == 4


def test_the_night_holds_something_of_every_sealed_table_and_of_most_kinds(night, tables):
    with night.read() as session:
        connection = session.connection()
        for table in tables:
            assert connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one() > 0, table.name
        kinds = {
            line.split('"')[1]
            for (body,) in connection.execute(text("SELECT body FROM audit"))
            for line in bytes(body).decode().split("[")
            if '"' in line
        }
    assert kinds >= {"reading", "assessment", "page", "receipt", "acknowledgement", "view", "change", "anchor"}


def columns_of(tables):
    return [(table.name, column) for table in tables for column in table.columns]


def test_a_change_of_any_sealed_column_names_the_row(night, tamper, verified, tables):
    for name, column in columns_of(tables):
        with night.read() as session:
            before = session.connection().execute(text(f'SELECT "{column}" FROM {name} WHERE id = 1')).scalar()
        other = (
            (before or 0) + 1
            if not isinstance(before, (str, bytes))
            else before + before[-1:] + type(before)(b"x" if isinstance(before, bytes) else "x")
        )
        tamper(f'UPDATE {name} SET "{column}" = :value WHERE id = 1', value=other)
        assert ("altered", f"{name}:1") in faults(verified(night)), f"{name}.{column}"
        tamper(f'UPDATE {name} SET "{column}" = :value WHERE id = 1', value=before)
    assert verified(night).sound


@pytest.mark.parametrize(
    "name", ["reading", "quarantine", "record_event", "enrolment_history", "assessment", "page", "incident_event"]
)
def test_a_deleted_row_is_missed_and_an_inserted_one_is_noticed(night, tamper, verified, name):
    tamper(f"CREATE TABLE copied AS SELECT * FROM {name} WHERE id = 1", f"DELETE FROM {name} WHERE id = 1")
    assert ("missing", f"{name}:1") in faults(verified(night))
    tamper("UPDATE copied SET id = 999", f"INSERT INTO {name} SELECT * FROM copied")
    assert ("unlogged", f"{name}:999") in faults(verified(night))


def test_two_readings_that_change_places_are_both_named(night, tamper, verified):
    tamper("UPDATE reading SET id = -id WHERE id IN (1, 2)", "UPDATE reading SET id = 3 + id WHERE id < 0")
    assert faults(verified(night)) == [("altered", "reading:1"), ("altered", "reading:2")]


@pytest.mark.parametrize("chain", ["gateway", "monitor", "alerts", "people", "anchor"])
@pytest.mark.parametrize(
    "change", ["at = at + 1", "body = replace(body, 'reading', 'rEading')", "previous_hash = hash"]
)
def test_an_altered_row_of_the_log_is_named(night, tamper, verified, chain, change):
    if "replace" in change:
        change = "body = CAST(replace(CAST(body AS TEXT), ':', ';') AS BLOB)"
    tamper(f"UPDATE audit SET {change} WHERE chain = :chain AND number = 2", chain=chain)
    assert faults(verified(night))[0] == ("altered", f"{chain} 2")


@pytest.mark.parametrize("chain", ["gateway", "monitor", "alerts", "people", "anchor"])
def test_a_row_missing_in_the_middle_is_named(night, tamper, verified, chain):
    tamper("DELETE FROM audit WHERE chain = :chain AND number = 2", chain=chain)
    assert ("missing", f"{chain} 2") in faults(verified(night))


def test_rows_that_changed_places_are_called_reordered(night, tamper, verified):
    tamper(
        "UPDATE audit SET number = -number WHERE chain = 'gateway' AND number IN (2, 3)",
        "UPDATE audit SET number = 5 + number WHERE chain = 'gateway' AND number < 0",
    )
    found = verified(night)
    assert [one for one in faults(found) if one[0] == "reordered"] == [
        ("reordered", "gateway 2"),
        ("reordered", "gateway 3"),
    ]
    assert "written as gateway 3" in found.findings[0].sentence


def test_a_row_forged_with_a_fitting_hash_breaks_the_one_after_it(night, tamper, verified):
    row = audit_row(night, "people", 2)
    body = bytes(row.body).replace(b"ada", b"eve")
    forged = row_hash(bytes(row.previous_hash), "people", 2, row.at, body)
    tamper("UPDATE audit SET body = :body, hash = :hash WHERE chain = 'people' AND number = 2", body=body, hash=forged)
    assert ("replaced", "people 2") in faults(verified(night))


def test_an_end_that_was_cut_off_is_remembered_by_the_anchor(night, tamper, verified):
    last = heads(night)["monitor"]
    tamper("DELETE FROM audit WHERE chain = 'monitor' AND number = :last", last=last)
    assert ("truncated", f"monitor {last}") in faults(verified(night))


def test_a_last_row_rewritten_with_a_fitting_hash_is_remembered_by_the_anchor(night, tamper, verified):
    last = heads(night)["alerts"]
    row = audit_row(night, "alerts", last)
    forged = row_hash(bytes(row.previous_hash), "alerts", last, row.at + 1, bytes(row.body))
    tamper(
        "UPDATE audit SET at = at + 1, hash = :hash WHERE chain = 'alerts' AND number = :last", hash=forged, last=last
    )
    assert ("replaced", f"alerts {last}") in faults(verified(night))


def test_a_log_shortened_with_all_its_anchors_is_told_by_an_anchor_somebody_remembers(night, tamper, verified):
    remembered = bytes(audit_row(night, "anchor", heads(night)["anchor"]).hash)
    assert verified(night, anchor=remembered).sound
    tamper(
        "DELETE FROM audit WHERE chain = 'anchor' AND number = (SELECT max(number) FROM audit WHERE chain = 'anchor')"
    )
    assert verified(night).sound, "what nobody remembers cannot be missed"
    assert ("anchor unknown", remembered.hex()) in faults(verified(night, anchor=remembered))


def test_a_kept_payload_that_changed_went_or_was_put_in_is_named(night, tamper, verified):
    tamper("UPDATE audit_payload SET payload = :other WHERE patient_id = 1 AND chain = 'people'", other=b"{}")
    assert [fault for fault, where in faults(verified(night)) if where.startswith("patient:1 (people")] == ["altered"]
    tamper("DELETE FROM audit_payload WHERE patient_id = 1 AND chain = 'people'")
    assert [fault for fault, where in faults(verified(night)) if where.startswith("patient:1 (people")] == ["missing"]
    tamper("INSERT INTO audit_payload VALUES ('gateway', 1, 9, 1, :other)", other=b"{}")
    assert ("unlogged", "gateway 1") in faults(verified(night))


def test_a_key_that_went_without_an_erasure_is_no_excuse(night, tamper, verified):
    tamper("DELETE FROM audit_key WHERE patient_id = 1")
    assert ("key missing", "reading:1") in faults(verified(night))


def test_an_enrolment_changed_beside_its_history_is_named(night, tamper, verified):
    tamper("UPDATE enrolment SET drug = 'talquetamab' WHERE patient_id = 2")
    assert faults(verified(night)) == [("altered", "enrolment:2")]


def test_the_log_can_be_followed_by_hand_with_sha256(night):
    previous = bytes(32)
    for number in (1, 2, 3):
        row = audit_row(night, "gateway", number)
        line = f"{previous.hex()} gateway {number} {row.at}\n".encode()
        previous = hashlib.sha256(line + bytes(row.body)).digest()
        assert previous == bytes(row.hash)


def test_no_payload_shows_in_the_log(night):
    with night.read() as session:
        bodies = b"".join(bytes(body) for (body,) in session.connection().execute(text("SELECT body FROM audit")))
    for planted in (b"38.6", b"daughter", b"+1202", b"teclistamab", b"SUD1", b"called the home"):
        assert planted not in bodies, planted
