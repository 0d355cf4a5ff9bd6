# SPDX-License-Identifier: GPL-3.0-or-later
"""What damage does to a vault at rest: each kind its own clear error, and nothing in the folder is changed by it."""

import shutil
import sqlite3

from hycli import Sandbox, main, observation, pdf, test, tree

HEADER_BYTES = 8192


class Damage:
    """A vault with some content, at rest, and what it answered when it was whole."""

    def __init__(self, box):
        self.box = box
        self.own = box.create()
        self.measure = box.ok("import", "--json", box.write("1.json", observation(1))).one["id"]
        self.letter = box.write("letter.pdf", pdf("letter", padding=200_000))
        self.document = box.ok("import", "--json", self.letter).one["id"]
        for number in range(2, 40):
            box.write(f"{number}.json", observation(number, f"Measure {number}" + " word" * 200))
        box.ok("import", *(box.files / f"{number}.json" for number in range(2, 40)))
        self.before = box.ok("list", "all", "--json").lines
        self.holder, = box.vault.glob("holders/*.hyg")
        self.space, = box.vault.glob("spaces/*/space.hyg")
        self.database, = (path for path in box.vault.glob("spaces/*/db-*") if path.name.rpartition("-")[2].isdigit())
        self.blob, = (path for path in box.vault.glob("spaces/*/blobs/*/*") if path.is_file())
        self.whole = tree(box.vault)

    def refused(self, code, *words, **keywords):
        """The command ends with @code, one sentence, no content, and an unchanged folder.  Returns the sentence."""
        before = tree(self.box.vault)
        result = self.box.run(*words, **keywords)
        assert result.code == code, result
        assert result.err.strip(), result
        assert b"Measure" not in result.out and b"%PDF" not in result.out, result
        after = tree(self.box.vault)
        assert after == before, {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        return result.err

    def intact(self):
        assert self.box.ok("list", "all", "--json").lines == self.before
        assert self.box.ok("get", self.document).out == self.letter.read_bytes()
        assert self.box.ok("verify", "--json").out == b""


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def copy_of(header):
    return header.with_name(header.name + ".2")


@test
def reading_a_whole_vault_changes_nothing(box):
    damage = Damage(box)
    damage.intact()
    assert tree(box.vault) == damage.whole
    assert not [path for path in box.vault.rglob("*-wal") if path.stat().st_size]


@test
def a_wrong_passphrase_changes_nothing(box):
    damage = Damage(box)
    damage.refused(3, "list", "all", passphrase="some other words")
    damage.refused(3, "verify", passphrase="some other words")
    damage.intact()


@test
def one_damaged_header_copy_is_healed_from_the_other(box):
    damage = Damage(box)
    for header in (damage.holder, damage.space):
        for damaged in (header, copy_of(header)):
            for spoil in (lambda path: flip(path, 100), lambda path: flip(path, HEADER_BYTES - 1),
                          lambda path: path.write_bytes(path.read_bytes()[:4000]), lambda path: path.write_bytes(b""),
                          lambda path: path.unlink()):
                before = tree(box.vault)
                spoil(damaged)
                assert box.ok("list", "all", "--json").lines == damage.before
                assert header.read_bytes() == copy_of(header).read_bytes(), damaged
                assert header.stat().st_size == HEADER_BYTES
                # The repair is all that changed.
                names = {str(path.relative_to(box.vault)) for path in (header, copy_of(header))}
                now = tree(box.vault)
                assert now.keys() == before.keys()
                assert {name for name in now if now[name] != before[name]} <= names
    damage.intact()


@test
def two_damaged_copies_of_the_holder_header_exit_4(box):
    damage = Damage(box)
    kept = damage.holder.read_bytes()
    for spoil in (lambda path: flip(path, 100), lambda path: flip(path, 7000), lambda path: path.write_bytes(b""),
                  lambda path: path.write_bytes(kept[:5000])):
        for path in (damage.holder, copy_of(damage.holder)):
            spoil(path)
        for words in (["list", "all"], ["verify"], ["space", "list"]):
            damage.refused(4, *words)
        # Known to be damaged before any secret: also a wrong one does not hide it, and create does not write over it.
        damage.refused(4, "list", "all", passphrase="some other words")
        damage.refused(4, "create", "--kdf", "interactive")
        for path in (damage.holder, copy_of(damage.holder)):
            path.write_bytes(kept)
    damage.intact()


@test
def two_damaged_copies_of_the_space_header_exit_4(box):
    damage = Damage(box)
    kept = damage.space.read_bytes()
    for spoil in (lambda path: flip(path, 100), lambda path: flip(path, 7000), lambda path: path.write_bytes(b"")):
        for path in (damage.space, copy_of(damage.space)):
            spoil(path)
        damage.refused(4, "list", "all")
        damage.refused(4, "verify")
        damage.refused(4, "get", damage.document)
        for path in (damage.space, copy_of(damage.space)):
            path.write_bytes(kept)
    damage.intact()


@test
def a_damaged_blob_is_never_shown_and_is_named_by_verify(box):
    damage = Damage(box)
    kept = damage.blob.read_bytes()
    for content in (kept[:-1], kept[:100_000], kept[:40], b"", kept + b"x", kept[:70_000] + b"\0" + kept[70_001:],
                    kept[:10] + b"\0" + kept[11:]):
        damage.blob.write_bytes(content)
        damage.refused(4, "get", damage.document)
        damage.refused(4, "verify")
        problem, = box.run("verify", "--json").lines
        assert set(problem) == {"space", "problem"} and problem["problem"], problem
        assert box.ok("list", "all", "--json").lines == damage.before
    damage.blob.unlink()
    damage.refused(4, "get", damage.document)
    damage.refused(4, "verify")
    damage.blob.write_bytes(kept)
    damage.intact()


@test
def flipped_bytes_of_the_database_are_reported(box):
    damage = Damage(box)
    size = damage.database.stat().st_size
    places = [0, 16, 100, 4095, 4096, size - 4096, size - 1, *(size * number // 7 for number in range(1, 7))]
    for place in places:
        flip(damage.database, place)
        damage.refused(4, "verify")
        before = tree(box.vault)
        result = box.run("list", "all", "--json")
        # A page that the list does not need may be the damaged one; what is shown is right all the same.
        assert result.code in (0, 4), (place, result)
        if result.code == 0:
            assert result.lines == damage.before, place
        assert tree(box.vault) == before, place
        flip(damage.database, place)
    damage.intact()


@test
def a_plain_database_in_its_place_is_refused(box):
    damage = Damage(box)
    kept = damage.database.read_bytes()
    damage.database.unlink()
    with sqlite3.connect(damage.database) as plain:
        plain.execute("create table resource (id integer primary key, json blob)")
        plain.execute("insert into resource values (1, 'Measure in clear')")
    plain.close()
    for words in (["list", "all"], ["verify"], ["search", "clear"], ["import", damage.letter]):
        damage.refused(4, *words)
    damage.database.write_bytes(kept)
    damage.intact()


@test
def a_truncated_database_is_refused(box):
    damage = Damage(box)
    kept = damage.database.read_bytes()
    for length in (0, 100, 4096, len(kept) // 2 // 4096 * 4096, len(kept) // 2 + 77, len(kept) - 4096, len(kept) - 1):
        damage.database.write_bytes(kept[:length])
        damage.refused(4, "verify")
        damage.refused(4, "import", damage.letter)
    damage.database.unlink()
    damage.refused(4, "list", "all")
    damage.refused(4, "verify")
    damage.database.write_bytes(kept)
    damage.intact()


@test
def a_database_of_another_space_is_refused(box):
    damage = Damage(box)
    other = box.add_space("Hugo", "Fontaine", "2019-11-02", "male")
    theirs, = (path for path in box.vault.glob(f"spaces/*/{damage.database.name}") if path != damage.database)
    kept = damage.database.read_bytes()
    shutil.copyfile(theirs, damage.database)
    damage.refused(4, "verify")
    damage.refused(4, "list", "all", "--space", damage.own)
    assert box.ok("list", "documents", "--space", other).code == 0
    damage.database.write_bytes(kept)
    assert box.ok("verify", "--json").out == b""


@test
def an_older_database_put_back_is_noticed(box):
    damage = Damage(box)
    older = damage.database.read_bytes()
    box.ok("import", box.write("new.json", observation(99, "Newer")))
    newer = damage.database.read_bytes()
    assert older != newer
    damage.database.write_bytes(older)
    message = damage.refused(4, "list", "all")
    assert "missing" in message, message
    damage.database.write_bytes(newer)
    assert len(box.ok("list", "all", "--json").lines) == len(damage.before) + 1


if __name__ == "__main__":
    main()
