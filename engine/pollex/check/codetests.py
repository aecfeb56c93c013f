"""Tests of codes: the word carries codes, is asked with its article, and codes and sets are of its system.

Each idea has one spelling. Where an author chose another, the right one is given, made of his own codes.
"""

from __future__ import annotations

from pollex.check.expressions import Context, literal_fits, word_type
from pollex.check.names import find_set
from pollex.check.typing import Type, shown
from pollex.model.vocabulary import Kind, Word
from pollex.source.diagnostic import Fix
from pollex.syntax.conditions import CodeTest, Comparison, IsValue, Literal, Name


def check_code_test(test: CodeTest, context: Context) -> None:
    """`modifier 22`, `no diagnosis in …`, `cpt not in …`"""
    found = word_type(test.word, context)
    if found is None:
        return
    if found.kind not in (Kind.CODE, Kind.TEXT):
        _not_of_codes(test, found, context)
        return
    _check_spelling(test, context.env.word(test.word), context)
    for code in test.codes:
        literal_fits(code, found, context)
    check_twice(test.codes, context)
    if test.set_name is None:
        return
    codes = find_set(test.set_name, context.env, context.names, context.report)
    if codes is not None and found.system is not None and codes.system != found.system:
        systems = context.env.systems
        message = (
            f"the set `{test.set_name.text}` holds codes of {systems[codes.system].title}, "
            f"and `{test.word.phrase}` is one of {systems[found.system].title}"
        )
        context.report.error(
            "POL304", message, test.set_name.span, word_for(codes.system, test.set_name, context)
        )


def word_for(system: str, set_name: Name, context: Context) -> str | None:
    """The words that look codes of a system up in a set."""
    words = [word for word in context.env.vocabulary.words.values() if word.system == system]
    asked = [f"any {word.phrase}" if word.article else word.phrase for word in words]
    return f"write `{asked[0]} in {set_name.text}`" if asked else None


def check_twice(codes: tuple[Literal, ...], context: Context) -> None:
    """A code that a list names twice."""
    texts = [code.text for code in codes]
    for position, code in enumerate(codes):
        if code.text in texts[:position]:
            message = f"`{code.text}` stands twice in this list"
            context.report.warning("POL445", message, code.span, "leave it out")


def check_is_code(condition: Comparison, relation: IsValue, left: Type, context: Context) -> None:
    """`modifier is 22`: codes stand without `is`."""
    opening = {
        (False, False): "",
        (True, False): "not ",
        (False, True): "any of ",
        (True, True): "none of ",
    }[relation.negated, relation.listed]
    codes = ", ".join(shown(value) for value in relation.values)
    message = f"a code stands right after `{left.label}`, without `is`"
    named = next((value for value in relation.values if value.kind == "name"), None)
    if named is not None and left.kind is Kind.CODE:
        literal_fits(named, left, context)
        return
    article = "any " if context.env.vocabulary.words[left.label].article else ""
    if left.many and relation.negated:
        opening = "any of " if relation.listed else ""
        better = f"no {left.label} {opening}{codes}"
    else:
        better = f"{article}{left.label} {opening}{codes}"
    context.report.error("POL320", message, condition.span, fix=Fix(condition.span, better))


def _not_of_codes(test: CodeTest, found: Type, context: Context) -> None:
    phrase = test.word.phrase
    help = f"write `{phrase} is …`"
    if found.kind is Kind.AGE:
        help = "write `patient age under 18 years`"
    elif found.kind is Kind.DATE:
        help = f"write `{phrase} is on or after 2026-01-01`"
    elif test.codes and found.kind is not Kind.DAYS:
        help = f"write `{phrase} is {shown(test.codes[0])}`"
    context.report.error("POL315", f"`{phrase}` is {found.says}, not a code", test.span, help)


def _check_spelling(test: CodeTest, word: Word, context: Context) -> None:
    """The article and the negation that the word is asked with."""
    phrase, report = word.phrase, context.report
    if word.many and test.negated:
        message = f"there may be more than one `{phrase}`, so `not` could mean some or all"
        if test.article is not None or context.is_fact:
            report.error("POL316", message, test.span, f"ask `no {phrase} …` of its own")
        else:
            report.error("POL316", message, test.span, fix=Fix(test.span, f"no {_asked(test, False)}"))
    elif test.article is None and word.article:
        message = f"say which: `any {phrase}`, `every {phrase}` or `no {phrase}`"
        report.error("POL317", message, test.word.span, fix=Fix(test.word.span, f"any {phrase}"))
    elif test.article in ("any", "every") and not word.article:
        message = f"`{phrase}` is asked without `{test.article}`"
        better = _asked(test, test.negated)
        report.error("POL318", message, test.span, fix=Fix(test.span, better))
    elif test.article == "no" and not word.many:
        message = f"a line has one `{phrase}`, which is or is not among others"
        fix = None if test.negated else Fix(test.span, _asked(test, True))
        report.error("POL319", message, test.span, fix=fix)


def _asked(test: CodeTest, negated: bool) -> str:
    """The test in words, without an article."""
    if test.set_name is not None:
        return f"{test.word.phrase} {'not ' if negated else ''}in {test.set_name.text}"
    opening = {
        (False, False): "",
        (True, False): "not ",
        (False, True): "any of ",
        (True, True): "none of ",
    }[negated, test.listed]
    return f"{test.word.phrase} {opening}{', '.join(shown(code) for code in test.codes)}"
