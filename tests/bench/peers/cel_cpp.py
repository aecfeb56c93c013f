"""The rules in CEL, for `cel-expr-python` (C++)."""

from __future__ import annotations

from tests.bench.peers import cel_text, host
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer


def ready() -> Decide:
    from cel_expr_python import cel

    env = cel.NewEnv(variables=dict.fromkeys(cel_text.CLAIM, cel.Type.DYN))
    expression = env.compile(cel_text.with_texts(cel_text.TEXT))

    def decide(given: Claim) -> Answer:
        return host.answered(given, expression.eval(data=host.prepared(given)).plain_value())

    return decide


PEER = Peer("CEL (in C++)", ready, needs="cel_expr_python", package="cel-expr-python")
