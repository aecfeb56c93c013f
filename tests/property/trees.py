"""Trees of whole policies, drawn at random: every node, in every shape that the grammar can give it.

A tree made here has no text yet: its spans say nothing, and the formatter writes it.
"""

from __future__ import annotations

import re
from datetime import date

import yaml
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, builds, just, lists, none, one_of, sampled_from

from pollex.resources import read_text
from pollex.source.span import Span
from pollex.syntax import ast as a
from pollex.syntax import conditions as c
from pollex.syntax import scenarios as t

PHRASES = tuple(word["word"] for word in yaml.safe_load(read_text("grammar", "vocabulary.yaml"))["words"])
NOWHERE = just(Span("drawn.pol", 0, 0))

# The nodes that some strategy below makes.
DRAWN: set[type] = set()

# What a drawn name must not be: the grammar's keywords, the vocabulary's words, and the units of a period.
RESERVED = {
    *re.findall(r'"([a-z]+)"', read_text("grammar", "policy.lark")),
    *(part for phrase in PHRASES for part in phrase.split()),
    *(unit + plural for unit in ("day", "week", "month", "year") for plural in ("", "s")),
}


def some(strategy: SearchStrategy, least: int = 0, most: int = 3) -> SearchStrategy:
    return lists(strategy, min_size=least, max_size=most).map(tuple)


def perhaps(strategy: SearchStrategy) -> SearchStrategy:
    return none() | strategy


def node(kind: type, *parts: SearchStrategy) -> SearchStrategy:
    DRAWN.add(kind)
    return builds(kind, *parts, NOWHERE)


def literal(kind: str, text: SearchStrategy) -> SearchStrategy:
    return node(c.Literal, just(kind), text)


# ------------------------------------------------------------------ leaves

booleans = st.booleans()
name_texts = st.from_regex(r"[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda text: text not in RESERVED
)
atom_texts = st.from_regex(r"[A-Z0-9]{1,5}([.\-][A-Z0-9]{1,2}){0,2}", fullmatch=True).filter(
    lambda text: not re.match(r"\d{4}-\d\d-\d\d", text)
)
texts = st.text(st.sampled_from("aeknstRZ019 #|,.:;-'()[]$é§"), max_size=12)
money_texts = builds(
    lambda dollars, cents: f"{dollars}{cents}",
    st.integers(0, 10**7),
    st.sampled_from(["", ".00", ".05", ".30", ".99", ".125"]),
)

names = node(c.Name, name_texts)
ids = node(c.Name, atom_texts)
atoms = literal("atom", atom_texts)
counts = literal("atom", st.integers(0, 99).map(str))
money = literal("money", money_texts)
dates = literal("date", st.dates(date(1990, 1, 1), date(2099, 12, 31)).map(date.isoformat))
strings = literal("string", texts)
codes = atoms | strings
cell_values = one_of(atoms, money, dates, strings, literal("name", name_texts))
values = cell_values | literal("name", sampled_from(["allow", "deny", "pend"]))
words = node(c.WordRef, sampled_from(PHRASES))
columns = node(c.ColumnRef, names, names)
documentation = node(c.Documentation, names, perhaps(names))
reason_codes = node(c.Codes, names, atoms, some(atoms))
anchors = words | dates
units = sampled_from(["day", "week", "month", "year"])
durations = node(c.Period, counts, units)
periods = durations | columns
directions = sampled_from(["before", "after"])
orders = sampled_from(["more-than", "less-than", "at-least", "at-most"])
date_orders = sampled_from(["before", "after", "on-or-before", "on-or-after"])

# ------------------------------------------------------------------ facts about other lines, filters


def code_tests(articles: list[str | None]) -> SearchStrategy:
    article = sampled_from(articles)
    return one_of(
        node(c.CodeTest, article, words, codes.map(lambda code: (code,)), none(), booleans, just(False)),
        node(c.CodeTest, article, words, some(codes, 1), none(), booleans, just(True)),
        node(c.CodeTest, article, words, just(()), names, booleans, just(False)),
    )


value_relations = one_of(
    node(c.IsValue, values.map(lambda value: (value,)), booleans, just(False)),
    node(c.IsValue, some(values, 1), booleans, just(True)),
)
plain_values = one_of(atoms, money, words, columns)
dated = node(c.IsDated, date_orders, anchors)
facts = one_of(
    code_tests([None, "any", "every"]),
    node(
        c.Comparison, words | columns, one_of(value_relations, node(c.IsOrdered, orders, plain_values), dated)
    ),
    node(c.SameAs, words),
)
filters = one_of(
    node(c.SameDate),
    node(c.SameProvider, sampled_from(["provider", "group", "tax-id"])),
    node(c.With, facts | code_tests(["no"])),
    node(c.Within, periods, directions, anchors, none() | counts),
    node(c.NotDenied),
)
line_sets = node(c.LineSet, sampled_from(["all", "other", "history"]), some(filters))

# ------------------------------------------------------------------ numbers and conditions

numbers = st.recursive(
    one_of(
        plain_values,
        node(c.Count, line_sets),
        node(c.Sum, words, line_sets),
        node(c.DaysFromTo, anchors, anchors),
    ),
    lambda inner: node(c.Arith, sampled_from("+-*/"), inner, inner),
    max_leaves=5,
)
relations = one_of(
    value_relations,
    node(c.IsOrdered, orders, numbers | durations),
    node(c.IsDistant, orders, periods, directions, anchors, none()),
    node(c.IsDistant, just("within"), periods, directions, anchors, none() | counts),
    dated,
    node(c.IsOnFile, booleans),
)
ranks = one_of(
    node(c.Rank, counts, counts, just(False), numbers, line_sets),
    node(c.Rank, counts, none(), just(True), numbers, line_sets),
)
conditions = one_of(
    code_tests([None, "any", "every", "no"]),
    node(c.Comparison, numbers | node(c.Quantity, documentation), relations),
    node(c.AgeUnder, words, durations),
    node(c.Documented, documentation, booleans),
    node(c.Defined, names, booleans),
    node(
        c.LineTest,
        sampled_from(["any", "every", "no"]),
        booleans,
        some(filters),
        facts | node(c.Denied, booleans),
    ),
    node(c.HistoryTest, facts, just(False), some(filters)),
    node(c.HistoryTest, none(), just(True), some(filters)),
    ranks,
    node(c.Bundles, names, some(node(c.PairColumn, names, values)), some(filters)),
)
condition_lists = one_of(
    node(c.ConditionList, just("one"), none(), some(conditions, 1, 1)),
    node(c.ConditionList, sampled_from(["and", "or"]), none(), some(conditions, 2, 4)),
    node(c.ConditionList, sampled_from(["all", "any", "none"]), none(), some(conditions, 1)),
    node(c.ConditionList, just("at-least"), counts, some(conditions, 1)),
)

# ------------------------------------------------------------------ effects, rules, headers

given_codes = perhaps(reason_codes)
plain_effects = one_of(
    node(a.Allow, given_codes),
    node(a.Deny, given_codes),
    node(a.Pend, names, given_codes),
    node(a.Note, texts, given_codes),
    node(a.PayShare, numbers, words, given_codes),
    node(a.ReduceTo, numbers, given_codes),
    node(a.ReduceBy, plain_values, given_codes),
    node(a.PayAtMost, plain_values, perhaps(words), given_codes),
)
effects = plain_effects | node(a.Require, documentation, perhaps(plain_effects))
titles = perhaps(texts)
scopes = one_of(node(a.Scope, words, names, none()), node(a.Scope, words, none(), atoms))
rule_periods = node(a.PeriodClause, perhaps(dates), perhaps(dates), just(False))
becauses = one_of(
    node(a.Because, texts, some(ids)),
    node(a.Because, none(), some(ids, 1)),
)
rules = node(
    a.Rule,
    names,
    titles,
    booleans,
    perhaps(node(a.Trial, perhaps(dates))),
    some(scopes, most=2),
    perhaps(condition_lists),
    perhaps(rule_periods),
    some(effects, 1),
    perhaps(becauses),
)
short_rules = node(
    a.Rule,
    none(),
    none(),
    just(False),
    none(),
    just(()),
    condition_lists,
    none(),
    some(effects, 1, 2),
    none(),
)
exceptions = node(
    a.ExceptionRule,
    names,
    titles,
    names,
    perhaps(condition_lists),
    perhaps(rule_periods),
    some(effects),
    perhaps(becauses),
)
evidence = sampled_from(["primary-data", "payer-page", "document-copy", "secondary", "contract-terms"])
clauses = one_of(
    node(a.PayerClause, some(names, 1)),
    node(a.ClaimTypeClause, names),
    node(a.AppliesClause, some(scopes, 1)),
    node(a.PeriodClause, perhaps(dates), perhaps(dates), just(True)),
    node(a.SourceClause, ids, texts, perhaps(dates), titles, perhaps(evidence)),
    node(a.UseClause, sampled_from(["set", "table"]), some(names, 1)),
    node(a.OtherwiseClause, plain_effects),
)
headers = one_of(
    node(a.PolicyHeader, names, titles, some(clauses, most=5)),
    node(a.PartHeader, some(names, 1), some(clauses)),
)

# ------------------------------------------------------------------ fixtures, tests, example tables

assignments = node(t.Assign, words, values) | node(t.AssignProvider)
wheres = one_of(
    node(t.SetWord, perhaps(counts), words, just("values"), some(values, 1)),
    node(t.SetWord, perhaps(counts), words, sampled_from(["missing", "none"]), just(())),
    node(t.SetDocumentation, documentation, perhaps(counts), just("found"), perhaps(counts)),
    node(
        t.SetDocumentation,
        documentation,
        perhaps(counts),
        sampled_from(["not-found", "not-reviewed", "missing"]),
        none(),
    ),
    node(t.AddLine, perhaps(counts), some(assignments, 1)),
    node(t.RemoveLine, counts),
    node(t.DropHistory),
)
givens = node(t.Given, names, some(wheres))
fixtures = node(t.Fixture, names, texts, none()) | node(t.Fixture, names, none(), givens)
word_terms = node(t.Term, just("word"), words, none(), none())
documentation_terms = node(t.Term, sampled_from(["documentation", "quantity"]), none(), documentation, none())
bare_terms = node(t.Term, sampled_from(["history", "nothing"]), none(), none(), none())
terms = one_of(
    word_terms, documentation_terms, bare_terms, node(t.Term, just("table"), none(), none(), names)
)
outcomes = sampled_from(["allow", "deny", "pend", "partial", "no_policy"])
expected = one_of(
    node(t.Expected, just("outcome"), outcomes),
    node(t.Expected, just("amount"), perhaps(money)),
    node(t.Expected, just("percent"), perhaps(atoms)),
    node(t.Expected, sampled_from(["because", "not-because", "note", "trial"]), names),
    node(t.Expected, just("missing"), terms),
    node(t.Expected, just("requires"), perhaps(documentation)),
    node(t.Expected, just("codes"), reason_codes),
)
expectations = one_of(
    node(t.Expectation, perhaps(counts), just(False), some(expected, 1)),
    node(t.Expectation, none(), just(True), some(expected, 1)),
)
tests = node(t.Test, texts, givens, some(expectations))
aspects = sampled_from(
    ["outcome", "amount", "percent", "because", "missing", "requires", "carc", "rarc", "note"]
)
heads = one_of(
    node(t.Column, just("word"), perhaps(counts), just(False), words, none(), none()),
    node(t.Column, just("documentation"), perhaps(counts), just(False), none(), documentation, none()),
    node(t.Column, just("expect"), perhaps(counts), just(False), none(), none(), aspects),
    node(t.Column, just("expect"), none(), just(True), none(), none(), aspects),
)
states = sampled_from(["missing", "none", "found", "not-found", "not-reviewed"])
cells = node(t.Cell, some(one_of(cell_values, word_terms, documentation_terms, bare_terms, states, outcomes)))


@st.composite
def examples(draw: st.DrawFn) -> t.Examples:
    head = draw(some(heads, 1))
    row = node(t.Row, some(cells, len(head), len(head)))
    return draw(node(t.Examples, texts, givens, just(head), some(row)))


items = one_of(
    rules,
    short_rules,
    exceptions,
    node(a.Define, names, condition_lists),
    fixtures,
    tests,
    examples(),
)
policy_files = node(a.PolicyFile, perhaps(headers), some(items), just(()))
