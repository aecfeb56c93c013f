"""What changed between two trees, in the author's words; what is no change."""

from __future__ import annotations

import pytest

from pollex.compare.diff.changes import Change, Detail
from pollex.compare.diff.difference import difference
from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText
from unit.compare.diff.trees import POLICY, SETS, TABLES, tree


def changes(*replaced: tuple[str, str]) -> tuple[Change, ...]:
    return difference(tree(), tree(*replaced)).changes


def only(*replaced: tuple[str, str]) -> Change:
    (change,) = changes(*replaced)
    return change


@pytest.mark.parametrize(
    ("replaced", "kind", "name", "details"),
    [
        (
            ("pay 16 percent of fee", "pay 14 percent of fee"),
            "rule",
            "assistant",
            (Detail("effect", "pay 16 percent of fee", "pay 14 percent of fee"),),
        ),
        (
            ("more than 90 days after the service", "more than 91 days after the service"),
            "rule",
            "late",
            (
                Detail(
                    "condition",
                    "received date is more than 90 days after the service date",
                    "received date is more than 91 days after the service date",
                ),
            ),
        ),
        (
            ("  when modifier 51\n", "  when modifier 51 and units is 1\n"),
            "rule",
            "second",
            (Detail("condition", None, "units is 1"),),
        ),
        (
            ("  when modifier 51\n", "  always\n"),
            "rule",
            "second",
            (Detail("condition", "modifier 51", "always"),),
        ),
        (
            ("  reduce to 50 percent", "  in effect from 2026-07-01\n  reduce to 50 percent"),
            "rule",
            "second",
            (Detail("in effect", None, "from 2026-07-01"),),
        ),
        (
            ("rule second\n", "rule second on trial\n"),
            "rule",
            "second",
            (Detail("trial", None, "on trial"),),
        ),
        (
            ("rule second\n", "rule second after the other lines are decided\n"),
            "rule",
            "second",
            (Detail("order", None, "after the other lines are decided"),),
        ),
        (
            ("rule second\n", "rule second\n  on lines with cpt 44121\n"),
            "rule",
            "second",
            (Detail("lines", None, "cpt 44121"),),
        ),
        (
            ("12-3456789", "12-3456780"),
            "exception",
            "agreed",
            (Detail("condition", 'billing tax id "12-3456789"', 'billing tax id "12-3456780"'),),
        ),
        (
            ("checked as modifier 22 and", "checked as modifier 24 and"),
            "definition",
            "checked",
            (Detail("condition", "modifier 22", "modifier 24"),),
        ),
        (
            ("otherwise allow", "otherwise pend for review by coding"),
            "policy",
            "small",
            (Detail("otherwise", "allow", "pend for review by coding"),),
        ),
        (
            ('  - "K56.51"\n', '  - "K56.52"\n'),
            "set",
            "urgent",
            (Detail("member", "K56.51", None), Detail("member", None, "K56.52")),
        ),
        (
            ('units: "3"', 'units: "4"'),
            "table",
            "limits",
            (Detail("row 44121, units", "3", "4"),),
        ),
        (
            ('  - {key: "44121", units: "3"}\n', ""),
            "table",
            "limits",
            (Detail("row 44121", "units 3", None),),
        ),
        (
            ("key: cpt\n", "key: cpt\nabsent: not-listed\n"),
            "table",
            "limits",
            (Detail("absent", "unknown", "not-listed"),),
        ),
    ],
)
def test_a_change(replaced: tuple[str, str], kind: str, name: str, details: tuple[Detail, ...]) -> None:
    change = only(replaced)
    assert (change.kind, change.name, change.how, change.decides) == (kind, name, "changed", True)
    assert change.details == details


def test_a_rule_that_came_and_one_that_went() -> None:
    gone, come = sorted(
        changes(("rule second\n", "rule later-ones\n")), key=lambda one: one.how, reverse=True
    )
    assert (gone.name, gone.how, gone.place and gone.place.new) == ("second", "removed", False)
    assert (come.name, come.how, come.place and come.place.new) == ("later-ones", "added", True)
    assert come.details == (
        Detail("condition", None, "modifier 51"),
        Detail("effect", None, "reduce to 50 percent"),
    )
    assert come.place is not None
    assert come.place.line == POLICY.splitlines().index("rule second") + 1


@pytest.mark.parametrize(
    "replaced",
    [
        ("rule second\n  when modifier 51\n", "# a comment\nrule second\n  when\n     modifier 51\n"),
        ("modifier 22 and any diagnosis in urgent", "any diagnosis in urgent and modifier 22"),
        ("modifier 22 and any diagnosis in urgent", "all of:\n  - modifier 22\n  - any diagnosis in urgent"),
        ("when checked", "when modifier 22 and any diagnosis in urgent"),
        ("pay 16 percent", "pay 16.0 percent"),
        ('members: ["44120", "44121"]', 'members: ["44121", "44120"]'),
        ('  - {code: "K56.50", text: "blocked"}', '  - {code: "K56.50", text: "shut"}'),
        ('help: "the most"', 'help: "no more"'),
    ],
)
def test_what_decides_nothing(replaced: tuple[str, str]) -> None:
    """Layout, comments, order, another way to write the same, words about a code."""
    assert not difference(tree(), tree(replaced)).deciding


@pytest.mark.parametrize(
    ("replaced", "what"),
    [
        (('"Assistant surgeon"', '"Assistants"'), "title"),
        (('because "A share."', 'because "A part."'), "reason"),
        (('"Fees of 2026"', '"Fees of July 2026"'), "source"),
    ],
)
def test_words(replaced: tuple[str, str], what: str) -> None:
    change = only(replaced)
    assert not change.decides
    assert [detail.what for detail in change.details] == [what]


def test_a_definition_that_came_with_the_rule_that_uses_it() -> None:
    rule, definition = changes(
        (
            "rule second\n  when modifier 51\n",
            "define more as modifier 51\n\nrule second\n  when more or modifier 59\n",
        )
    )
    assert (rule.kind, rule.decides) == ("rule", True)
    assert (definition.kind, definition.name, definition.how) == ("definition", "more", "added")
    assert not definition.decides
    assert definition.details == (Detail("condition", None, "modifier 51"),)


def test_the_order_of_files_and_of_rules_is_no_change() -> None:
    first, second = POLICY.split("rule late\n")
    parts = (SourceText("a.pol", first), SourceText("b.pol", f"part of small\n\nrule late\n{second}"))
    swapped = (SourceText("z.pol", first), SourceText("b.pol", f"part of small\n\nrule late\n{second}"))
    sets = tuple(SourceText(f"sets/{key}.yaml", text) for key, text in SETS.items())
    tables = tuple(SourceText(f"tables/{key}.yaml", text) for key, text in TABLES.items())
    old, new = (Compilation(Texts(policies, sets, tables)) for policies in (parts, swapped))
    assert difference(old, new).changes == ()
    assert difference(tree(), new).changes == ()


def test_a_rule_of_several_policies_is_one_change() -> None:
    other = POLICY.replace("policy small", "policy other").replace("payer medicare", "payer aetna")
    header, rest = other.split("define checked")
    shared = f"part of small, other\n\ndefine checked{rest}"
    small = POLICY.split("define checked")[0]

    def together(part: str) -> Compilation:
        files = (SourceText("s.pol", small), SourceText("o.pol", header), SourceText("p.pol", part))
        sets = tuple(SourceText(f"sets/{key}.yaml", text) for key, text in SETS.items())
        tables = tuple(SourceText(f"tables/{key}.yaml", text) for key, text in TABLES.items())
        found = Compilation(Texts(files, sets, tables))
        assert found.is_sound, found.diagnostics
        return found

    (change,) = difference(together(shared), together(shared.replace("pay 16", "pay 14"))).changes
    assert [policy.id for policy in change.policies] == ["other", "small"]
    assert change.id == "other and 1 more/assistant"


def test_a_version_that_begins_on_another_day_is_the_same_version() -> None:
    change = only(("from 2026-01-01 through", "from 2026-02-01 through"))
    assert (change.kind, change.how) == ("policy", "changed")
    assert change.details == (
        Detail("in effect", "from 2026-01-01 through 2026-12-31", "from 2026-02-01 through 2026-12-31"),
    )
    assert change.policies[0].version == "2026-01-01"


def test_a_policy_that_came_and_one_that_went() -> None:
    renamed = tree(("policy small", "policy other"))
    gone, come = sorted(difference(tree(), renamed).changes, key=lambda change: change.how, reverse=True)
    assert (gone.kind, gone.name, gone.how) == ("policy", "small", "removed")
    assert (come.kind, come.name, come.how) == ("policy", "other", "added")
    assert come.details[1] == Detail("rules", None, "5")
    assert difference(tree(), tree()).changes == ()
