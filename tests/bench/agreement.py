"""Hold the Python backend to the interpreter, outside the tests: `python tests/bench/agreement.py
[CLAIMS]`.

Every claim of the tests that the shipped policies carry, and so many made-up claims (100,000 unless
said), are decided and explained both ways. Prints how many there were and, by the interpreter's answer,
how they were decided; ends with 1 at the first difference, and shows it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pollex.backends.interpret.claim import decide, exact_lines
from pollex.backends.interpret.explain import explain
from pollex.backends.python.decide import PythonBackend
from pollex.backends.python.explain.explainer import Explainer
from pollex.model.explanation import LineExplanation, RuleExplanation
from pollex.synth.claims import synthesis
from pollex.testing.run import Suite
from pollex.workspace import shipped


def main(count: int) -> int:
    workspace = shipped()
    program = workspace.compilation.program
    backend = PythonBackend(program, exact_lines, "0")
    explainer = Explainer(backend, explain, 0)
    suite = Suite(workspace)
    tested = (suite.run(case).claim for case in suite.cases)
    made_up = synthesis(program, "agreement").claims(count)
    outcomes: Counter[str] = Counter()
    for claim in chain(filter(None, tested), made_up):
        expected, found = decide(program, claim, (), "0").to_json(), backend.decide(claim, ()).to_json()
        if found != expected:
            say(json.dumps(claim), *map(str, differing(expected, found)))
            return 1
        for rule, other in unlike(explain(program, claim, ()), explainer.explain(claim, ())):
            say(json.dumps(claim), str(rule), str(other))
            return 1
        outcomes[json.loads(expected)["outcome"]] += 1
    say(f"{sum(outcomes.values())} claims, decided and explained alike: {dict(sorted(outcomes.items()))}")
    return 0


def say(*lines: str) -> None:
    sys.stdout.write("\n".join((*lines, "")))


def differing(expected: str, found: str) -> Iterator[Any]:
    """What differs, line by line."""
    for line, other in zip(json.loads(expected)["lines"], json.loads(found)["lines"], strict=True):
        for key in line:
            if line[key] != other.get(key):
                yield {"line": line["line_number"], key: line[key], "backend": other.get(key)}


def unlike(
    expected: Iterable[LineExplanation], found: Iterable[LineExplanation]
) -> Iterator[tuple[RuleExplanation, RuleExplanation]]:
    """Rules that are not explained alike, to the kinds of their values."""
    for line, other in zip(expected, found, strict=True):
        for rules in zip(line.rules, other.rules, strict=True):
            if len(set(map(repr, rules))) > 1:
                yield rules


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
