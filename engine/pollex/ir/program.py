"""Rules, policies and the program: what the interpreter runs.

Order means nothing: rules are kept sorted by name, policies by id and date. A `RuleId` names a clause for
good, in traces, decisions, coverage and differences between versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pollex.ir.nodes import Condition, Documented, Value
from pollex.model.codesets import CodeSet, CodeSystem
from pollex.model.tables import Table
from pollex.model.vocabulary import Vocabulary
from pollex.source.span import Span


@dataclass(frozen=True, slots=True)
class Codes:
    """What an 835 CAS segment needs: group (CO, PR, OA, PI), CARC, RARCs."""

    group: str
    carc: str
    rarcs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allow:
    """The line is payable."""

    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Deny:
    """The line is denied."""

    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Pend:
    """A person decides: the review queue's name."""

    queue: str
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that changes nothing."""

    text: str
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The base share of the fee, in percent."""

    percent: Value
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor on the fee, in percent."""

    percent: Value
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """Dollars off."""

    amount: Value
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that is paid, in dollars."""

    amount: Value
    codes: Codes | None = None


@dataclass(frozen=True, slots=True)
class Require:
    """Documentation that must be found; `otherwise` None pends with the request."""

    documented: Documented
    otherwise: Effect | None


Effect: TypeAlias = Allow | Deny | Pend | Note | Share | Factor | Off | Cap | Require


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from; `evidence` says how strong the sighting is."""

    id: str
    title: str
    published: date | None
    at: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """Lines by procedure code: single codes and sets of codes."""

    codes: frozenset[str]
    sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """Takes a rule (or an exception) out of force, or puts `instead` in its place."""

    id: str
    name: str
    condition: Condition
    from_date: date | None
    through_date: date | None
    instead: tuple[Effect, ...]
    because: str | None
    sources: tuple[Source, ...]
    exceptions: tuple[ExceptionRule, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one policy; `stratum` 2 runs after the other lines are decided."""

    id: str
    name: str
    title: str | None
    stratum: int
    trial: bool
    scope: Scope | None
    condition: Condition
    from_date: date | None
    through_date: date | None
    effects: tuple[Effect, ...]
    because: str | None
    sources: tuple[Source, ...]
    exceptions: tuple[ExceptionRule, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy, in force from a date of service on, through another or without end."""

    id: str
    version: str
    title: str | None
    payers: tuple[str, ...]
    claim_type: str | None
    scope: Scope
    from_date: date
    through_date: date | None
    otherwise: Effect
    rules: tuple[Rule, ...]
    digest: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """Everything a decision needs."""

    policies: tuple[Policy, ...]
    sets: Mapping[str, CodeSet]
    tables: Mapping[str, Table]
    systems: Mapping[str, CodeSystem]
    vocabulary: Vocabulary
