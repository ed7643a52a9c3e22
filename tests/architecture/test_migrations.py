"""Migrations are one line: a database has one newest version, whoever added a step."""

import re


def test_every_migration_follows_the_one_before_it(root):
    files = sorted((root / "gateway" / "migrations" / "versions").glob("[0-9]*.py"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    names = [re.search(r'^revision = "(\d+)"', text, re.MULTILINE)[1] for text in texts]
    assert names == [file.name[:4] for file in files]
    before = [re.search(r'^down_revision = (?:"(\d+)"|None)', text, re.MULTILINE)[1] for text in texts]
    assert before == [None, *names[:-1]], "give each migration the number before its own as down_revision"
