"""The Medicare data that ships, held against itself: sums, counts, shares, and lists that belong together."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pollex.intake.codesets import load_set, merge_sets
from pollex.intake.tables import load_table, merge_tables
from pollex.intake.vocabulary import shipped_systems, shipped_vocabulary
from pollex.model.codesets import CodeSet
from pollex.model.tables import NOT_LISTED, UNKNOWN, Table
from pollex.source.diagnostic import Diagnostic
from pollex.source.text import SourceText

POLICIES = Path(__file__).parents[3] / "policies"
ON = date(2026, 3, 2)
RVUS = ("work-rvu", "facility-pe-rvu", "malpractice-rvu")
SHARES = ("preoperative-share", "intraoperative-share", "postoperative-share")
INDICATIONS = (
    "indication-obstruction",
    "indication-ischemia",
    "indication-perforation",
    "indication-tumor",
    "indication-severe-inflammation",
    "indication-hernia",
    "indication-injury",
)

SET_SIZES = {
    "add-on-resections": 3,
    "assistant-modifiers": 4,
    "beside-resection": 320,
    "billable-2021-only": 18,
    "facility-places": 5,
    "global-90": 32,
    "global-period-modifiers": 3,
    "indication-hernia": 30,
    "indication-injury": 19,
    "indication-ischemia": 19,
    "indication-obstruction": 15,
    "indication-perforation": 8,
    "indication-severe-inflammation": 34,
    "indication-tumor": 19,
    "ncci-column-1-codes": 21,
    "ncci-column-2-codes": 273,
    "ncci-modifiers": 44,
    "nerve-blocks": 50,
    "no-edit-codes": 24,
    "primary-of-44121": 1,
    "primary-of-44128": 2,
    "primary-of-44203": 1,
    "resection-family": 9,
    "split-care-modifiers": 3,
    "visits": 46,
    "weak-indications": 2,
}


def sources(kind: str) -> list[SourceText]:
    folders = (POLICIES / kind, POLICIES / "medicare" / kind)
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml"))]
    return [
        SourceText(file.relative_to(POLICIES).as_posix(), file.read_text(encoding="utf-8")) for file in files
    ]


@pytest.fixture(scope="module")
def sets() -> dict[str, CodeSet]:
    loaded = [load_set(text, shipped_systems()) for text in sources("sets")]
    found: list[Diagnostic] = [one for _, diagnostics in loaded for one in diagnostics]
    merged, more = merge_sets(version for version, _ in loaded if version is not None)
    assert not [*found, *more]
    return merged


@pytest.fixture(scope="module")
def tables() -> dict[str, Table]:
    loaded = [load_table(text, shipped_systems(), shipped_vocabulary()) for text in sources("tables")]
    found: list[Diagnostic] = [one for _, diagnostics in loaded for one in diagnostics]
    merged, more = merge_tables(version for version, _ in loaded if version is not None)
    assert not [*found, *more]
    return merged


@pytest.fixture(scope="module")
def mpfs(tables: dict[str, Table]) -> Table:
    return tables["mpfs"]


def codes_of(table: Table, on: date = ON) -> list[str]:
    version = table.version(on)
    assert version is not None
    return [code for row in version.rows for code in row.key]


def pairs_of(tables: dict[str, Table]) -> dict[tuple[str, ...], str]:
    version = tables["ncci-ptp"].version(ON)
    assert version is not None
    return {row.key: str(row.cells["indicator"]) for row in version.rows}


# ------------------------------------------------------------------ the files


def test_every_set_has_the_size_that_was_counted(sets: dict[str, CodeSet]) -> None:
    assert {name: len(sets[name].codes) for name in SET_SIZES} == SET_SIZES


def test_every_file_is_called_like_what_it_holds_and_says_where_it_comes_from(
    sets: dict[str, CodeSet], tables: dict[str, Table]
) -> None:
    for one in (*(sets[name] for name in SET_SIZES), *tables.values()):
        for version in one.versions:
            assert re.fullmatch(rf"{version.name}(-20\d\d)?", Path(version.span.file).stem)
            assert version.source.evidence
            assert version.source.facts
            assert version.title


def test_the_codes_of_a_set_are_sorted() -> None:
    """Within a group, so that a new code has one place: groups are told by their remarks."""
    for text in (one for one in sources("sets") if Path(one.name).stem in SET_SIZES):
        groups = re.split(r"\n *#[^\n]*\n", text.text.partition("members:")[2])
        for group in groups:
            codes = re.findall(r'"([0-9A-Z.]+)"', re.sub(r', text: "[^"]*"', "", group))
            thumbs_first = sorted(codes, key=lambda code: (code not in ("FA", "TA"), code))
            assert codes == thumbs_first, f"{text.name}: {group}"


# ------------------------------------------------------------------ the fee schedule


def test_the_parts_of_an_rvu_make_its_total(mpfs: Table) -> None:
    codes = codes_of(mpfs)
    assert len(codes) == 39
    for code in codes:
        parts = [mpfs.cell((code,), column, ON) for column in RVUS]
        numbers = [part for part in parts if isinstance(part, Fraction)]
        assert len(numbers) == 3
        assert sum(numbers) == mpfs.cell((code,), "total-facility-rvu", ON)


def test_the_shares_of_a_fee_make_the_whole_or_are_not_known(mpfs: Table) -> None:
    for code in codes_of(mpfs):
        shares = [mpfs.cell((code,), column, ON) for column in SHARES]
        if mpfs.cell((code,), "global-period", ON) in ("090", "010"):
            assert sum(share for share in shares if isinstance(share, Fraction)) == 100
        else:
            assert shares == [UNKNOWN] * 3


def test_days_go_with_the_global_period(mpfs: Table) -> None:
    days = {"000": Fraction(0), "010": Fraction(10), "090": Fraction(90), "ZZZ": UNKNOWN}
    for code in codes_of(mpfs):
        period = mpfs.cell((code,), "global-period", ON)
        assert mpfs.cell((code,), "global-days", ON) == days[str(period)]


def test_indicators_are_those_of_the_record_layout(mpfs: Table) -> None:
    layout = {
        "status": {"A"},
        "pc-tc-indicator": {"0"},
        "multiple-procedure-indicator": {"0", "2"},
        "bilateral-indicator": {"0", "1"},
        "assistant-indicator": {"2"},
        "co-surgeon-indicator": {"0", "1"},
        "team-indicator": {"0"},
    }
    codes = codes_of(mpfs)
    for column, values in layout.items():
        assert {mpfs.cell((code,), column, ON) for code in codes} == values


def test_add_ons_are_not_reduced(mpfs: Table, sets: dict[str, CodeSet]) -> None:
    inside = {code for code in codes_of(mpfs) if mpfs.cell((code,), "global-period", ON) == "ZZZ"}
    whole = {code for code in codes_of(mpfs) if mpfs.cell((code,), "multiple-procedure-indicator", ON) == "0"}
    assert inside == whole == {*sets["add-on-resections"].codes, "44015", "44139"}


def test_44120_is_paid_what_the_schedule_says(mpfs: Table) -> None:
    rvus = mpfs.cell(("44120",), "total-facility-rvu", ON)
    assert isinstance(rvus, Fraction)
    assert round(rvus * Fraction("33.4009"), 2) == Fraction("1136.30")
    assert [mpfs.cell(("44120",), column, ON) for column in SHARES] == [9, 81, 10]


@pytest.mark.parametrize(
    ("on", "work", "total"),
    [
        (date(2022, 12, 31), UNKNOWN, UNKNOWN),
        (date(2023, 6, 1), Fraction("20.82"), Fraction("36.39")),
        (date(2024, 3, 31), Fraction("20.82"), Fraction("36.59")),
        (date(2024, 4, 1), UNKNOWN, UNKNOWN),
        (date(2026, 1, 1), Fraction("20.30"), Fraction("34.02")),
        (date(2026, 12, 31), Fraction("20.30"), Fraction("34.02")),
        (date(2027, 1, 1), UNKNOWN, UNKNOWN),
    ],
)
def test_44120_through_the_years(mpfs: Table, on: date, work: object, total: object) -> None:
    assert mpfs.cell(("44120",), "work-rvu", on) == work
    assert mpfs.cell(("44120",), "total-facility-rvu", on) == total
    assert (mpfs.cell(("44120",), "assistant-indicator", on) == "2") is (work is not UNKNOWN)


def test_a_code_that_the_schedule_lacks_is_not_known(mpfs: Table) -> None:
    assert mpfs.cell(("99213",), "status", ON) is UNKNOWN


def test_global_90_is_read_off_the_schedule(mpfs: Table, sets: dict[str, CodeSet]) -> None:
    ninety = {code for code in codes_of(mpfs) if mpfs.cell((code,), "global-period", ON) == "090"}
    assert sets["global-90"].codes == ninety


# ------------------------------------------------------------------ NCCI


def test_the_pairs_are_all_there(tables: dict[str, Table]) -> None:
    pairs = pairs_of(tables)
    counts = {
        (is_first, indicator): sum(
            (key[0] == "44120") is is_first and found == indicator for key, found in pairs.items()
        )
        for is_first in (True, False)
        for indicator in ("0", "1")
    }
    assert counts == {(True, "0"): 85, (True, "1"): 188, (False, "0"): 5, (False, "1"): 16}
    assert sum(counts.values()) == len(pairs)
    assert all(key.count("44120") == 1 for key in pairs)
    assert not [key for key in pairs if (key[1], key[0]) in pairs]


def test_the_sets_of_paired_codes_are_those_of_the_table(
    tables: dict[str, Table], sets: dict[str, CodeSet]
) -> None:
    pairs = pairs_of(tables)
    assert sets["ncci-column-2-codes"].codes == {second for first, second in pairs if first == "44120"}
    assert sets["ncci-column-1-codes"].codes == {first for first, second in pairs if second == "44120"}
    assert not sets["no-edit-codes"].codes & {code for key in pairs for code in key}


@pytest.mark.parametrize(
    ("pair", "indicator"),
    [
        (("44120", "44005"), "0"),
        (("44120", "44202"), "0"),
        (("44120", "44602"), "1"),
        (("44120", "99223"), "1"),
        (("44126", "44120"), "0"),
        (("44160", "44120"), "1"),
        (("44005", "44120"), NOT_LISTED),
        (("44120", "44121"), NOT_LISTED),
        (("44120", "44140"), NOT_LISTED),
        (("44140", "44120"), NOT_LISTED),
    ],
)
def test_pairs_as_they_were_seen(tables: dict[str, Table], pair: tuple[str, str], indicator: object) -> None:
    assert tables["ncci-ptp"].cell(pair, "indicator", ON) == indicator


def test_before_the_file_nothing_is_known_of_pairs_and_units(tables: dict[str, Table]) -> None:
    before = date(2024, 6, 30)
    assert tables["ncci-ptp"].has_row(("44120", "44005"), before) is None
    assert tables["mue"].cell(("44120",), "units", before) is UNKNOWN


def test_visits_are_opened_by_a_modifier_and_nerve_blocks_never(
    tables: dict[str, Table], sets: dict[str, CodeSet]
) -> None:
    pairs = pairs_of(tables)
    assert {pairs["44120", code] for code in sets["visits"].codes} == {"1"}
    assert {pairs["44120", code] for code in sets["nerve-blocks"].codes} == {"0"}


def test_unit_limits(tables: dict[str, Table]) -> None:
    mue = tables["mue"]
    limits = {code: (mue.cell((code,), "units", ON), mue.cell((code,), "mai", ON)) for code in codes_of(mue)}
    assert len(limits) == 30
    assert set(limits.values()) == {(Fraction(1), "2"), (Fraction(1), "3"), (Fraction(2), "3")}
    assert [list(limits.values()).count((Fraction(u), m)) for u, m in ((1, "2"), (1, "3"), (2, "3"))] == [
        19,
        3,
        8,
    ]
    assert limits["44120"] == (1, "2")
    assert limits["44121"] == (2, "3")
    assert mue.cell(("44950",), "units", ON) is NOT_LISTED


def test_primaries_of_the_add_ons_are_resections(sets: dict[str, CodeSet]) -> None:
    family, add_ons = sets["resection-family"].codes, sets["add-on-resections"].codes
    assert sets["primary-of-44121"].codes == {"44120"}
    assert sets["primary-of-44128"].codes == {"44126", "44127"}
    assert sets["primary-of-44203"].codes == {"44202"}
    assert add_ons < family
    for add_on in add_ons:
        assert sets[f"primary-of-{add_on}"].codes < family - add_ons


def test_every_code_of_the_data_stands_beside_the_resection(
    tables: dict[str, Table], sets: dict[str, CodeSet]
) -> None:
    beside = {code for table in tables.values() for code in codes_of(table)}
    named = ("resection-family", "visits", "nerve-blocks", "no-edit-codes", "global-90")
    beside |= {code for name in named for code in sets[name].codes}
    assert sets["beside-resection"].codes == beside


def test_modifiers_that_open_a_pair_are_no_payment_modifiers(sets: dict[str, CodeSet]) -> None:
    opening = sets["ncci-modifiers"].codes
    assert {"24", "25", "57", "59", "XE", "XP", "XS", "XU", "E4", "F9", "T9", "FA", "TA"} <= opening
    assert not opening & (sets["assistant-modifiers"].codes | sets["split-care-modifiers"].codes)
    assert sets["global-period-modifiers"].codes < opening


# ------------------------------------------------------------------ diagnoses


def test_each_diagnosis_has_one_indication(sets: dict[str, CodeSet]) -> None:
    codes = [code for name in INDICATIONS for code in sets[name].codes]
    assert len(codes) == len(set(codes)) == 144
    assert not sets["billable-2021-only"].codes & set(codes)
    assert sets["weak-indications"].codes == {"K560", "K567"} < sets["indication-obstruction"].codes


@pytest.mark.parametrize("name", INDICATIONS)
def test_diagnoses_are_known_for_the_fiscal_year_that_was_seen(sets: dict[str, CodeSet], name: str) -> None:
    code = min(sets[name].codes)
    days = [date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30), date(2026, 10, 1)]
    assert [sets[name].membership(code, day) for day in days] == [None, True, True, None]
    assert sets[name].membership("Z00000", ON) is False


def test_every_diagnosis_says_what_it_means(sets: dict[str, CodeSet]) -> None:
    for name in (*INDICATIONS, "billable-2021-only"):
        for version in sets[name].versions:
            assert all(member.text for member in version.members)
