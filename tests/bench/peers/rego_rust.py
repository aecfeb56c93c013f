"""The rules in Rego, for regorus (Rust), from the wheel `celine-regorus`: regorus itself has none on PyPI."""

from __future__ import annotations

from tests.bench.peers import host, rego_text
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer


def ready() -> Decide:
    from regorus import Engine

    engine = Engine()
    engine.add_policy("bench.rego", rego_text.MODULE)
    engine.add_data(rego_text.DATA)

    def decide(given: Claim) -> Answer:
        engine.set_input(host.prepared(given))
        said = engine.eval_rule("data.bench.said")
        return host.answered(given, rego_text.states(given["lines"], said))

    return decide


PEER = Peer("Rego (regorus, in Rust)", ready, needs="regorus", package="celine-regorus")
