"""The command line as a whole: arguments, help, exit codes, and how it ends when something goes wrong."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from pollex.cli import main, version
from pollex.cli.arguments import COMMANDS
from pollex.engine import Engine
from pollex.version import LANGUAGE, PACKAGE
from unit.cli.small import Run, claim

NAMED = f"{', '.join(COMMANDS[:-1])} and {COMMANDS[-1]}"
POLLEX = (sys.executable, "-m", "pollex")


# ------------------------------------------------------------------ arguments


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), *((command, "--help") for command in COMMANDS)])
def test_help_goes_to_standard_output(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("usage: pollex ")
    assert "exit codes: 0 all well" in ran.out.casefold()


def test_help_names_every_command_and_says_how_each_is_used(run: Run) -> None:
    said = run("--help").out
    assert all(f"\n    {command} " in said for command in COMMANDS)
    for command in set(COMMANDS) - {"version"}:
        assert f"examples:\n  pollex {command}" in run(command, "--help").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), f"name a command: {NAMED} (see `pollex --help`)"),
        (("chek",), "there is no command `chek`; did you mean `check`?"),
        (
            ("frobnicate", "a", "b"),
            f"there is no command `frobnicate`; there are {NAMED}",
        ),
        (("--frobnicate",), "the following arguments are required: COMMAND (see `pollex --help`)"),
        (("decide",), "the following arguments are required: CLAIM (see `pollex decide --help`)"),
        (("fmt",), "the following arguments are required: PATH (see `pollex fmt --help`)"),
        (
            ("check", "--frobnicate"),
            (
                "there is no option `--frobnicate`; "
                "there are --format, --help and --no-cache (see `pollex check --help`)"
            ),
        ),
        (
            ("decide", "--explian", "claim.json"),
            "there is no option `--explian`; did you mean `--explain`? (see `pollex decide --help`)",
        ),
        (
            ("decide", "--polices=x"),
            "there is no option `--polices`; did you mean `--policies`? (see `pollex decide --help`)",
        ),
        (
            ("check", "-x", "policies"),
            "there is no option `-x`; there are --format, --help and --no-cache (see `pollex check --help`)",
        ),
        (("version", "extra"), "there is nothing to do with `extra` (see `pollex version --help`)"),
        (
            ("decide", "c.json", "--format", "xml"),
            "--format: `xml` is not a format; there are text, json and ndjson (see `pollex decide --help`)",
        ),
        (
            ("decide", "c.json", "--assume", "all"),
            (
                "--assume: `all` is not an assumption; there are no-history and no-prior-authorization "
                "(see `pollex decide --help`)"
            ),
        ),
        (
            ("decide", "c.json", "--max-depth", "201"),
            "--max-depth: `201` is not a whole number from 1 to 200 (see `pollex decide --help`)",
        ),
        (
            ("decide", "c.json", "--max-bytes", "1e6"),
            "--max-bytes: `1e6` is not a whole number of 1 or more (see `pollex decide --help`)",
        ),
        (("test", "-k"), "-k: expected one argument (see `pollex test --help`)"),
    ],
)
def test_bad_usage_is_one_sentence(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pollex: {said}\n")


def test_version(run: Run) -> None:
    assert run("version").out == run("--version").out == f"pollex {PACKAGE}, language {LANGUAGE}\n"
    assert json.loads(run("version", "--format", "json").out) == {"package": PACKAGE, "language": LANGUAGE}


def test_the_arguments_of_the_process_are_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["pollex", "version"])
    assert main.main() == 0
    assert capsys.readouterr().out.startswith("pollex ")


# ------------------------------------------------------------------ when something goes wrong


def failing(error: BaseException) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    return fail


def test_a_mistake_of_the_program_is_a_sentence_without_a_value(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("c.json").write_text(json.dumps(claim("SECRET")), encoding="utf-8")
    monkeypatch.setattr(Engine, "decide", failing(KeyError("SECRET")))
    ran = run("decide", "c.json", "--policies", "policies")
    assert (ran.code, ran.out) == (2, "")
    (said,) = ran.err.splitlines()
    assert said.startswith("pollex: this is a mistake in Pollex itself (KeyError at cli/decide.py:")
    assert ", c.json, claim 1 (line 1))" in said
    assert "please report this line" in said
    assert "SECRET" not in said


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (RecursionError("deep"), 2, "this is a mistake in Pollex itself (RecursionError at cli/main.py:"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "the output cannot be written: no space left"),
        (PermissionError(errno.EACCES, "Permission denied", "x.pol"), 2, "x.pol: permission denied"),
    ],
)
def test_every_end_is_quiet_or_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(main, "_close_quietly", lambda: None)
    monkeypatch.setattr(version, "run", failing(error))
    ran = run("version")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"pollex: {said}" if said else "")
    assert len(ran.err.splitlines()) == (1 if said else 0)


# ------------------------------------------------------------------ as a process


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run((*POLLEX, *arguments), capture_output=True, timeout=60, check=False, **options)  # type: ignore[call-overload]


def test_help_and_version_load_no_compiler(tmp_path: Path) -> None:
    code = (
        "import sys; from pollex.cli.main import main; code = main(sys.argv[1:]);"
        "heavy = {'lark', 'jsonschema', 'rich', 'yaml', 'pollex.engine'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else code)"
    )
    for argument in ("--help", "version"):
        ran = subprocess.run(
            (sys.executable, "-c", code, argument), capture_output=True, timeout=60, check=False, cwd=tmp_path
        )
        assert (ran.returncode, ran.stderr) == (0, b"")


def test_the_exit_code_reaches_the_shell(folder: Path) -> None:
    Path("c.json").write_text(json.dumps(claim()), encoding="utf-8")
    Path("bad.json").write_text("{}", encoding="utf-8")
    assert process("decide", "c.json", "--policies", "policies").returncode == 0
    assert process("decide", "bad.json", "--policies", "policies").returncode == 1
    ran = process("decide", "nowhere.json", "--policies", "policies")
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"pollex: nowhere.json cannot be read: no such file or directory\n"


def test_the_installed_command_is_the_same() -> None:
    command = Path(sys.executable).with_name("pollex")
    ran = subprocess.run((command, "version"), capture_output=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, process("version").stdout)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_output_survives_any_encoding_and_json_is_always_utf_8(folder: Path, encoding: str) -> None:
    Path("c.json").write_text(json.dumps(claim("Größe-漢字")), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = process("decide", "c.json", "--policies", "policies", env=environment)
    assert (ran.returncode, ran.stderr) == (0, b"")
    ran = process("decide", "c.json", "--policies", "policies", "--format", "ndjson", env=environment)
    assert json.loads(ran.stdout.decode("utf-8"))["claim_id"] == "Größe-漢字"


def test_a_reader_that_goes_away_ends_the_command_quietly(folder: Path) -> None:
    Path("c.ndjson").write_text("\n".join([json.dumps(claim())] * 500), encoding="utf-8")
    command = (*POLLEX, "decide", "c.ndjson", "--policies", "policies")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"Claim C-1")
        running.stdout.close()
        said = running.stderr.read()
        assert (running.wait(60), said) == (141, b"")


def test_a_claim_a_line_gets_its_answer_at_once_and_an_interrupt_is_quiet(folder: Path) -> None:
    command = (*POLLEX, "decide", "-", "--policies", "policies", "--format", "ndjson")
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **streams) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        for name in ("A", "B"):
            running.stdin.write(json.dumps(claim(name)).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["claim_id"] == name
        running.send_signal(signal.SIGINT)
        assert (running.wait(60), running.stderr.read()) == (130, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_a_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            (*POLLEX, "version"), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert (ran.returncode, ran.stderr) == (
        2,
        b"pollex: the output cannot be written: no space left on device\n",
    )


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by a shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_closed_streams_do_no_harm(closed: str) -> None:
    script = f'exec "$0" -m pollex version {closed}'
    ran = subprocess.run(
        ("/bin/sh", "-c", script, sys.executable), capture_output=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert bool(ran.stdout) == (closed != ">&-")


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by a shell")
def test_a_closed_standard_input_holds_no_claim(folder: Path) -> None:
    script = 'exec "$0" -m pollex decide - --policies policies <&-'
    ran = subprocess.run(
        ("/bin/sh", "-c", script, sys.executable), capture_output=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"pollex: standard input cannot be read: it is closed\n"
