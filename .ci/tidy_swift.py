"""Enough of Swift's grammar to look at code without its words, and to find where functions end."""

import re

STRING_OR_COMMENT = re.compile(r'//|/\*|(#*)("""|")')


def swift_code(text):
    """The text with comments and strings blanked, every line and column where it was."""
    pieces, position = [], 0
    while match := STRING_OR_COMMENT.search(text, position):
        end = end_of_token(text, match)
        pieces += [text[position:match.start()], re.sub(r"[^\n]", " ", text[match.start():end])]
        position = end
    return "".join(pieces) + text[position:]


def end_of_token(text, match):
    """Where a comment or a string ends, looking through nested comments and interpolations."""
    position = match.end()
    if match[0] == "//":
        return text.find("\n", position) if "\n" in text[position:] else len(text)
    if match[0] == "/*":
        depth = 1
        while depth and (mark := re.compile(r"/\*|\*/").search(text, position)):
            depth += 1 if mark[0] == "/*" else -1
            position = mark.end()
        return position if not depth else len(text)
    escape, close = "\\" + match[1], match[2] + match[1]
    stop = re.compile(f"{re.escape(close)}|{re.escape(escape)}(\\(|.)|\n", re.S)
    while mark := stop.search(text, position):
        position = mark.end()
        if mark[0] == close or (mark[0] == "\n" and match[2] == '"'):
            return position
        depth = int(mark[1] == "(")
        inner = re.compile(STRING_OR_COMMENT.pattern + r"|[()]")
        while depth and (part := inner.search(text, position)):
            position = part.end() if part[0] in "()" else end_of_token(text, part)
            depth += {"(": 1, ")": -1}.get(part[0], 0)
    return len(text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


DECLARATION = re.compile(
    r"\bfunc\s+\S|(?<![.\w])init[?!]?(?=\s*[(<])|(?<![.\w])subscript(?=\s*[(<])|(?<![.\w])deinit\b"
    r"|\bvar\s+\w+\s*:[^={\n]+(?=\{)")
NEXT_DECLARATION = re.compile(r"\n\s*(?:@|\}|(?:\w+\s+)*(?:func|var|let|init|subscript|case)\b)")


def swift_functions(code):
    """First and last line of everything that has a body of statements."""
    for match in DECLARATION.finditer(code):
        depth, position = 0, match.end()
        while position < len(code):
            character = code[position]
            if character == "{" and depth == 0:
                break
            if depth == 0 and (character == "}" or NEXT_DECLARATION.match(code, position)):
                position = len(code)  # a requirement of a protocol: no body
            depth += (character in "([{") - (character in ")]}")
            position += 1
        start, depth = position, 0
        for mark in re.compile(r"[{}]").finditer(code, start):
            depth += 1 if mark[0] == "{" else -1
            if depth == 0:
                yield line_of(code, match.start()), line_of(code, mark.start())
                break
