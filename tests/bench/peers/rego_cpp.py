"""The rules in Rego, for `regopy` (rego-cpp, C++)."""

from __future__ import annotations

from tests.bench.peers import host, rego_text
from tests.bench.peers.answer import Answer
from tests.bench.peers.peer import Claim, Decide, Peer


def ready() -> Decide:
    from regopy import Input, Interpreter

    interpreter = Interpreter()
    interpreter.add_module("bench", rego_text.MODULE)
    interpreter.add_data(rego_text.DATA)

    def decide(given: Claim) -> Answer:
        interpreter.set_input(Input(host.prepared(given)))
        said = interpreter.query("x = data.bench.said")[0]["x"]
        return host.answered(given, rego_text.states(given["lines"], said))

    return decide


PEER = Peer("Rego (rego-cpp, in C++)", ready, needs="regopy", package="regopy")
