"""The digest that a decision carries: it changes with all that can change a decision, and with nothing else.

Words that a decision repeats (reasons, sources) are part of it; layout, comments, order, tests are not.
"""

from __future__ import annotations

import pytest

from pollex.compiler import Compilation, Texts
from pollex.source.text import SourceText
from unit.compare.diff.trees import POLICY, SETS, TABLES, tree


def digest(compilation: Compilation, policy: str = "small") -> str:
    (found,) = [one.digest for one in compilation.program.policies if one.id == policy]
    return found


@pytest.mark.parametrize(
    "replaced",
    [
        ("pay 16 percent of fee", "pay 14 percent of fee"),
        ("otherwise allow", "otherwise pend for review by coding"),
        ("12-3456789", "99-9999999"),
        ("modifier 22 and any", "modifier 24 and any"),
        ('  - "K56.51"\n', ""),
        ('  - "K56.51"\n', '  - {code: "K56.51", from: 2026-02-01}\n'),
        ('members: ["44120", "44121"]', 'from: 2026-01-01\nmembers: ["44120", "44121"]'),
        ('units: "1"', 'units: "2"'),
        ("key: cpt\n", "key: cpt\nabsent: not-listed\n"),
        ('because "A share."', 'because "A part."'),
        ("through 2026-12-31", "through 2026-12-30"),
    ],
)  # fmt: skip
def test_what_changes_it(replaced: tuple[str, str]) -> None:
    assert digest(tree(replaced)) != digest(tree())


@pytest.mark.parametrize(
    "replaced",
    [
        ("rule second\n", "# a remark\nrule second\n"),
        ("  when modifier 51\n", "  when\n    modifier 51\n"),
        ('{code: "K56.50", text: "blocked"}', '"K56.50"'),
        ('help: "the most"', 'help: "no more"'),
        ('members: ["44120", "44121"]', 'members: ["44121", "44120"]'),
    ],
)
def test_what_does_not(replaced: tuple[str, str]) -> None:
    assert digest(tree(replaced)) == digest(tree())


def together(*, part: str = "", unused: str = "1") -> Compilation:
    """The small policy in two files, with a table beside it that it does not use."""
    header, rules = POLICY.split("rule assistant", 1)
    spare = (
        TABLES["limits"].replace("table: limits", "table: spare").replace('units: "1"', f'units: "{unused}"')
    )
    return Compilation(
        Texts(
            (
                SourceText("small.pol", header),
                SourceText("shared/part.pol", f"part of small\n\nrule assistant{rules}{part}"),
            ),
            tuple(SourceText(f"sets/{key}.yaml", text) for key, text in SETS.items()),
            (SourceText("tables/limits.yaml", TABLES["limits"]), SourceText("tables/spare.yaml", spare)),
        )
    )


def test_a_shared_part_changes_it_and_how_files_are_cut_does_not() -> None:
    assert digest(together()) == digest(tree())
    assert digest(together(part='\nrule another\n  when modifier 52\n  note "New."\n')) != digest(tree())


def test_what_a_policy_does_not_use_does_not() -> None:
    assert digest(together(unused="2")) == digest(together())
