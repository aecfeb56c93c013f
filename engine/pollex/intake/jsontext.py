"""Claims out of a file or a stream: one JSON claim, a JSON array of claims, or NDJSON, a claim on each line.

Which of the three it is shows at the first characters. An array is cut into its elements, and NDJSON into
its lines, as the bytes come, so that a file of any size takes the memory of one claim; a claim past the
limit is passed over without being held. One that cannot be read is reported with its position, and the
rest still come. A claim whose text runs over several lines is told from NDJSON with a broken first line
by what follows: a line that begins a claim of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from pollex.intake.document import DEFAULT, Limits, too_large
from pollex.intake.faults import Fault
from pollex.intake.jsonarray import Element, Splitter
from pollex.intake.jsonclaim import BLANKS, START, Parsed, Place, parse
from pollex.intake.jsonlines import Line, LineReader, Run, longest

CHUNK = 65_536
ROOM = 8 * 1_048_576
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NO_CLAIM = "has no claim in it"

_OTHER_FORMS = (
    ((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"), "is UTF-32 text: save it as UTF-8"),
    ((b"\xff\xfe", b"\xfe\xff"), "is UTF-16 text: save it as UTF-8"),
    (
        (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"),
        "is compressed: unpack it first",
    ),
)


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a claim, not read yet, and where it begins; or why there is none.

    `position` counts the claims from 1; 0 is the file as a whole.
    """

    position: int
    place: Place
    data: bytes
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim of a file, or why it cannot be read.

    `position` counts the claims from 1; 0 is the file as a whole. `line` is where the claim begins. A claim
    that came out is JSON data, and not checked yet.
    """

    position: int
    line: int | None
    claim: dict[str, object] | None
    faults: tuple[Fault, ...] = ()


def read_claims(source: bytes | BinaryIO, limits: Limits = DEFAULT) -> Iterator[Entry]:
    """The claims in their order. A file without one gives a single entry that says so."""
    for text in read_texts(source, limits):
        line = text.place.line if text.position else None
        if text.fault is not None:
            yield Entry(text.position, line, None, (text.fault,))
        else:
            parsed = parse(text.data, text.place, limits)
            faults = () if parsed.fault is None else (parsed.fault,)
            yield Entry(text.position, line, parsed.claim, faults)


def read_texts(source: bytes | BinaryIO, limits: Limits = DEFAULT) -> Iterator[Text]:
    """The same, before each is read."""
    reader = TextReader(source, limits)
    while (taken := reader.take(1)) is not None:
        yield from texts_of(taken)


def texts_of(taken: Text | Run) -> Iterator[Text]:
    """Each claim by itself."""
    if isinstance(taken, Text):
        yield taken
        return
    place = taken.place
    for position, data in enumerate(taken.lines, taken.position):
        yield Text(position, place, data)
        place = place.after(data)


class TextReader:
    """The texts of a file's claims; nothing is read before the first is taken, nor beyond what is taken."""

    def __init__(self, source: bytes | BinaryIO, limits: Limits = DEFAULT) -> None:
        self._stream = BytesIO(source) if isinstance(source, bytes) else source
        self._limits = limits
        self._lines: LineReader | None = None
        self._position = 0
        self._texts = self._begin()

    def take(self, most: int, room: int = ROOM) -> Text | Run | None:
        """The next claim, or a run of claims on lines of their own; None where there is no more.

        A run has at most so many claims, and bytes but for the last of them.
        """
        for text in self._texts:
            return text
        if self._lines is None:
            return None
        if (run := self._lines.run(self._position + 1, most, room)) is not None:
            self._position += len(run.lines)
            return run
        while (line := self._lines.next()) is not None:
            if line.cut or line.data.strip(BLANKS):
                self._position += 1
                fault = too_large(self._limits) if line.cut else None
                return Text(self._position, line.place, line.data, fault)
        return None

    def _begin(self) -> Iterator[Text]:
        """All claims, but for those on lines of their own: then there is `_lines`."""
        stream, limits, place = self._stream, self._limits, START
        chunk = stream.readline(longest(limits))
        if (said := _other_form(chunk)) is not None:
            yield _whole_file(said)
            return
        if chunk.startswith(BYTE_ORDER_MARK):
            chunk, place = chunk.removeprefix(BYTE_ORDER_MARK), Place(offset=len(BYTE_ORDER_MARK))
        while chunk.strip(BLANKS) == b"":
            place = place.after(chunk)
            chunk = stream.readline(longest(limits))
            if not chunk:
                yield _whole_file(NO_CLAIM)
                return
        text = chunk.lstrip(BLANKS)
        place = place.after(chunk[: len(chunk) - len(text)])
        if not text.endswith(b"\n"):
            text += stream.readline(longest(limits) - len(text))
        if text.startswith(b"["):
            yield from _of_array(stream, text, place, limits)
            return
        lines = LineReader(stream, text, place, limits)
        whole = _of_many_lines(lines, limits)
        if whole is None:
            self._lines = lines
        else:
            yield whole


def _whole_file(said: str) -> Text:
    return Text(0, START, b"", Fault("", said))


def _other_form(head: bytes) -> str | None:
    for marks, said in _OTHER_FORMS:
        if head.startswith(marks):
            return said
    return "is UTF-16 or UTF-32 text: save it as UTF-8" if b"\x00" in head[:4] else None


# ------------------------------------------------------------------ an array


def _of_array(stream: BinaryIO, piece: bytes, place: Place, limits: Limits) -> Iterator[Text]:
    splitter = Splitter(place, limits.max_bytes)
    position = 0
    while piece and splitter.surplus is None:
        for element in splitter.feed(piece):
            position += 1
            yield _of_element(position, element, limits)
        piece = stream.read(CHUNK)
    if splitter.surplus is not None:
        yield _whole_file(f"goes on where the list of claims should end, at {splitter.surplus}")
    elif splitter.closed:
        if position == 0:
            yield _whole_file(NO_CLAIM)
    else:
        last = splitter.rest()
        if not last.blank:
            yield _of_element(position + 1, last, limits)
        yield _whole_file("ends before its list of claims does: it was cut off, or a bracket is missing")


def _of_element(position: int, element: Element, limits: Limits) -> Text:
    fault = None
    if element.cut:
        fault = too_large(limits)
    elif element.blank:
        fault = Fault("", f"is empty: there is a comma too many before {element.place}")
    return Text(position, element.place, element.data, fault)


# ------------------------------------------------------------------ lines


def _of_many_lines(lines: LineReader, limits: Limits) -> Text | None:
    """A single claim whose text runs over all lines; None where each has a claim of its own."""
    first = lines.next()
    assert first is not None
    held = [first]
    if not first.cut and parse(first.data, first.place, limits).claim is None:
        over = _hold(held, lines, limits)
        text = b"".join(line.data for line in held)
        room = Limits(len(text), limits.max_depth) if over else limits
        parsed = parse(text, first.place, room)
        if over and (parsed.claim is not None or parsed.cut):
            parsed = Parsed(None, too_large(limits))
        if parsed.claim is not None or not any(_begins_a_claim(line.data) for line in held[1:]):
            return Text(1, first.place, b"" if over else text, parsed.fault)
    lines.put_back(held)
    return None


def _hold(held: list[Line], lines: LineReader, limits: Limits) -> bool:
    """Takes in the lines that may belong to one claim; whether there are more than one claim may have."""
    size = len(held[0].data)
    while (line := lines.next()) is not None:
        held.append(line)
        size += len(line.data)
        if line.cut or size > longest(limits):
            return True
    return False


def _begins_a_claim(line: bytes) -> bool:
    """Whether a line reads like a claim of its own; a line of a history has an id, but no payer or lines."""
    return (
        line.lstrip(BLANKS).startswith(b"{")
        and b'"claim_id"' in line
        and (b'"payer"' in line or b'"lines"' in line)
    )
