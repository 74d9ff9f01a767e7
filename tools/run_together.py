"""Finds blocks of comments that a formatter has run together.

A formatter that reflows comments breaks a line at the column limit, goes on flush with it, and puts
what stood on the next line behind the words left over. In a block of rows, that is, of lines
indented by two blanks or more after `//`, of which one holds an equation or columns, such as
    //   rel(u, i) = sigmoid(logit_ui)      of the policy side's factorisation
this leaves two traces (a row that goes on is indented further, so neither is there by intent):
  - a row closes a bracket that the row before it opened
  - a row begins like none of the others, and the one before it, which holds an equation or columns,
    has no space for its first word
A sentence between the rows and a name alone are rows too. In plain prose a formatter leaves lines
that end early though the next word would fit.
"""

import re

COMMENT = re.compile(r"^ *//( *)(.*)$")
COLUMNS, EARLY = 100, 75
# How a row begins: a name, perhaps with arguments or indices, or a sum of such; `=` or a column.
NAME = r"[^\s(\[]*(?:[(\[][^)\]]*[)\]][^\s(\[]*)*"
ROW = re.compile(rf"^{NAME}(?: [-+*./|] {NAME})*(?: {{2,}}\S|,| [=~:<>]|:( |$))")
NAME_ALONE = re.compile(r"^[\w.*]{10,}$")
SENTENCE = re.compile(r"^[A-Z][a-z]* [a-z]")


class Line:
    def __init__(self, number, line, blanks, text):
        self.number, self.width, self.indent, self.text = number, len(line), blanks, text

    def fits(self, word, columns):
        return self.width + 1 + len(word) <= columns

    def columns(self):
        """Where the parts behind the first begin: behind two blanks or more, or at `=`."""
        return {self.indent + match.end()
                for match in re.finditer(r"\S(?: {2,}(?=\S)| +(?==))", self.text)}

    def brackets(self):
        """How many it leaves open, and how many it closes that it did not open."""
        opened, closed = 0, 0
        for char in self.text:  # of any kind, since an interval may be half open
            if char in "([{":
                opened += 1
            elif char in ")]}" and opened:
                opened -= 1
            elif char in ")]}":
                closed += 1
        return opened, closed

    def has_parts(self):
        return bool(self.columns()) or " = " in self.text

    def is_row_among(self, others):
        if ROW.match(self.text) or NAME_ALONE.match(self.text):
            return True
        if SENTENCE.match(self.text) and not self.has_parts():
            return True
        starts = set().union(*(other.columns() | {other.indent} for other in others))
        return bool(self.columns() & starts)


def blocks(lines, smallest_indent):
    """Comment lines that follow each other, indented so, with text in each."""
    block = []
    for number, line in enumerate(lines, 1):
        match = COMMENT.match(line)
        if match and match.group(2) and len(match.group(1)) >= smallest_indent:
            block.append(Line(number, line, len(match.group(1)), match.group(2)))
        elif block:
            yield block
            block = []
    if block:
        yield block


def faults_of_rows(rows):
    base = min(row.indent for row in rows)
    if not any(row.has_parts() for row in rows):
        return
    for index, (before, row) in enumerate(zip(rows, rows[1:]), 1):
        if row.indent != base:
            continue
        full = before.width <= COLUMNS and not before.fits(row.text.split()[0], COLUMNS)
        if before.indent == base and before.brackets()[0] and row.brackets()[1]:
            yield row.number, "a row closes a bracket of the row before: a formatter joined them"
        elif full and before.has_parts() and not row.is_row_among(rows[:index] + rows[index + 1:]):
            yield row.number, "no row like those around it: a formatter joined it with another"


def faults_of_prose(block):
    for before, line in zip(block, block[1:]):
        if (before.indent == line.indent == 1 and before.text[-1] not in ".:;,"
                and line.text[0].islower() and before.fits(line.text.split()[0], EARLY)):
            yield line.number, "its first word fits into the line before it"


def run_together(lines):
    """(number, what is wrong) of the lines of a source that a formatter has run together."""
    for rows in blocks(lines, 2):
        yield from faults_of_rows(rows)
    for block in blocks(lines, 1):
        yield from faults_of_prose(block)
