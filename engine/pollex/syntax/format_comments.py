"""Comments back to their lines.

The formatter makes canonical lines, each of which knows where its first word stands in the author's text. Its
own text reaches from there to the last word before the next line's. That is enough to seat every comment:

- one that follows a line's last word, on the same line of the author's text, stays at the end of that line;
- one above a line, or inside of what becomes one line, stands above that line, at its indent;
- one below the last line of an item, indented deeper than the item that follows, belongs to the item above;
- what is left stands at the end of the file.

Between items the author's blank line below a comment is kept: it tells a heading from a remark on one rule.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from pollex.source.text import SourceText
from pollex.syntax.ast import Comment
from pollex.syntax.format_lines import Line, broken

BELOW_ITEM = 2


class Original:
    """The author's text, read backwards word by word, over white space and comments."""

    def __init__(self, source: SourceText, comments: tuple[Comment, ...]) -> None:
        self.text = source.normalise().text
        self.comments = comments
        self.ends = {comment.span.end: comment.span.start for comment in comments}

    def code_end(self, offset: int) -> int:
        """The end of the last word before a place."""
        place = min(offset, len(self.text))
        while place > 0:
            if place in self.ends:
                place = self.ends[place]
            elif self.text[place - 1].isspace():
                place -= 1
            else:
                break
        return place

    def word_before(self, offset: int, count: int = 1) -> int:
        """The start of the keyword that stands `count` words before a place."""
        place = offset
        for _ in range(count):
            place = self.code_end(place)
            while place > 0 and (self.text[place - 1].isalpha() or self.text[place - 1] == "-"):
                place -= 1
        return place

    def bar_before(self, offset: int) -> int:
        """The start of the row of an example table whose first cell holds a place."""
        return max(self.text.rfind("|", 0, offset), 0)

    def comment_between(self, start: int, end: int) -> bool:
        return any(start <= comment.span.start < end for comment in self.comments)

    def written(self, comment: Comment) -> str:
        """The comment as it stands, with a space after its sign."""
        text = self.text[comment.span.start : comment.span.end].rstrip()
        return f"# {text[1:]}" if text[1:2].isalnum() else text

    def column(self, offset: int) -> int:
        return offset - (self.text.rfind("\n", 0, offset) + 1)

    def blank_between(self, start: int, end: int) -> bool:
        gap = self.text[start:end]
        return gap.isspace() and gap.count("\n") > 1


@dataclass(slots=True)
class _Seats:
    """The comments of one line: above it, at its end, and below it."""

    above: list[Comment] = field(default_factory=list)
    after: Comment | None = None
    below: list[Comment] = field(default_factory=list)


def written_out(lines: list[Line], original: Original) -> str:
    """The text of the file: the lines with their comments, and one blank line between items."""
    seats, last = _seat(lines, original)
    out: list[str] = []
    for line, seat in zip(lines, seats, strict=True):
        if line.opens and out:
            out.append("")
        out += _block(seat.above, line, original)
        out += broken(line)
        out[-1] += f"  {original.written(seat.after)}" if seat.after else ""
        indent = " " * max(line.indent, BELOW_ITEM)
        out += [f"{indent}{original.written(comment)}" for comment in seat.below]
    if last and out:
        out.append("")
    out += _block(last, Line(0, "", start=0, opens=True), original)
    return "".join(f"{text}\n" for text in out)


def _block(comments: list[Comment], line: Line, original: Original) -> list[str]:
    """The comments above a line; above an item, with the author's blank lines."""
    out = []
    places = [*(comment.span.start for comment in comments), line.start]
    for comment, following in zip(comments, places[1:], strict=True):
        out.append(f"{' ' * line.indent}{original.written(comment)}")
        if line.opens and original.blank_between(comment.span.end, following):
            out.append("")
    return out


def _seat(lines: list[Line], original: Original) -> tuple[list[_Seats], list[Comment]]:
    """Each line's comments, and those at the end of the file."""
    seats = [_Seats() for _ in lines]
    last: list[Comment] = []
    if not original.comments:
        return seats, last
    starts = [line.start for line in lines]
    ends = [original.code_end(start) for start in [*starts[1:], len(original.text)]]
    for comment in original.comments:
        place = comment.span.start
        index = bisect_right(starts, place) - 1
        above = seats[index + 1].above if index + 1 < len(lines) else last
        if index < 0:
            above.append(comment)
        elif place < ends[index]:
            seats[index].above.append(comment)
        elif "\n" not in original.text[ends[index] : place]:
            seats[index].after = comment
        elif not above and _belongs_above(place, index, lines, original):
            seats[index].below.append(comment)
        else:
            above.append(comment)
    return seats, last


def _belongs_above(place: int, index: int, lines: list[Line], original: Original) -> bool:
    """Whether a comment between two items is indented as part of the first."""
    if index + 1 < len(lines):
        following = lines[index + 1]
        return following.opens and original.column(place) > original.column(following.start)
    first = next(line for line in reversed(lines) if line.opens)
    return original.column(place) > original.column(first.start)
