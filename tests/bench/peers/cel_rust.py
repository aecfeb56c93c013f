"""The rules in CEL, for `common-expression-language` (Rust). The sets are given once, the claim each time."""

from __future__ import annotations

from tests.bench.peers import cel_text, host
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer


def ready() -> Decide:
    from cel import Context
    from cel import compile as compiled

    program = compiled(cel_text.TEXT)
    context = Context(dict(cel_text.VARIABLES))

    def decide(given: Claim) -> Answer:
        context.update(host.prepared(given))
        return host.answered(given, program.execute(context))

    return decide


PEER = Peer("CEL (in Rust)", ready, needs="cel", package="common-expression-language")
