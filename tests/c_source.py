"""A source file as tidy.py sees it: lines, code without comments and strings, declarations."""
import re

BLANKED = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)


def blank(match):
    """The same lines with nothing on them, so that every position keeps its line."""
    return re.sub(r"[^\n]", " ", match.group())


class Declaration:
    """One declaration at file scope: its text, its place, whether it is a function with a body."""

    def __init__(self, source, start, head, end):
        self.head = source.code[start:head].lstrip()
        self.start = head - len(self.head)
        self.body, self.end = head, end
        self.is_function = head < end and self.head.rstrip().endswith(")") and "=" not in self.head
        self.text = source.code[self.start:end]
        self.line, self.last_line = source.line(self.start), source.line(end)

    def function_name(self):
        plain = re.sub(r"__attribute__\s*\(\(.*?\)\)\s*", "", self.head)
        match = re.match(r"[^=({]*?(\w+)\s*\(", plain)
        return match.group(1) if match and not re.match(r"typedef|_Static_assert", plain) else None


class Source:
    """One file: as written, without comments and strings (bare), without directives too (code)."""

    def __init__(self, root, path):
        self.name = path.relative_to(root).as_posix()
        self.folder = self.name.split("/")[0] if "/" in self.name else ""
        self.base = path.stem
        self.text = path.read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.is_c = path.suffix in (".c", ".h")
        self.bare = BLANKED.sub(blank, self.text) if self.is_c else ""
        self.code = DIRECTIVE.sub(blank, self.bare)

    def line(self, position):
        return self.text.count("\n", 0, position) + 1

    def declarations(self):
        depth, start, head = 0, 0, None
        for match in re.finditer(r"[{};]", self.code):
            if match.group() == "{":
                head = match.start() if head is None else head
                depth += 1
                continue
            depth -= match.group() == "}"
            if depth == 0:
                end = match.start()
                found = Declaration(self, start, end if head is None else head, end)
                if match.group() == ";" or found.is_function:
                    yield found
                    start, head = match.end(), None


def is_writable(text):
    """Declares a variable that somebody could write to: behind its last star it is not const."""
    text = re.sub(r"^(?:(?:static|_Thread_local|_Atomic|__extension__)\s+)*", "", text)
    head = re.sub(r"\{.*\}", " {} ", text, flags=re.S).split("=")[0].strip()
    if not head or re.match(r"typedef|extern|_Static_assert|_Noreturn", head):
        return False
    if re.match(r"(?:struct|union|enum)\s*\w*\s*(?:\{\})?$", head):
        return False
    if "(" in head and "(*" not in head:
        return False
    return not re.search(r"\bconst\b", head.rpartition("*")[2])
