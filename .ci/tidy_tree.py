"""The files of a checkout, as the rules of `.ci/tidy` look at them."""

import pathlib
import re
import stat
import subprocess

from tidy_swift import line_of, swift_code

SOURCES = {".swift", ".py", ".sh", ".h", ".c", ".md", ".modulemap"}
SHEBANGS = ("#!/usr/bin/env bash", "#!/usr/bin/env python3")


class Tree:
    """The files of a checkout: text (None where it is not UTF-8), and Swift code without words."""

    def __init__(self, root):
        self.root, self.text, self.executable, self.code = root, {}, set(), {}
        for path in self.list_files():
            file = root / path
            if not file.is_file():
                continue  # deleted, not yet committed
            if file.stat().st_mode & stat.S_IXUSR:
                self.executable.add(path)
            try:
                self.text[path] = file.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                self.text[path] = None
            if path.endswith(".swift") and self.text[path] is not None:
                self.code[path] = swift_code(self.text[path])
        manifest = self.text.get("Package.swift") or ""
        form = r'\.(\w*[tT]arget|systemLibrary)\(\s*name:\s*"(\w+)"(.*?)\bpath:\s*"([^"]+)"'
        self.targets = {path + "/": (kind, name, re.findall(r'"(\w+)"', middle))
                        for kind, name, middle, path in re.findall(form, manifest, re.S)}

    def list_files(self):
        if not (self.root / ".git").exists():
            return sorted(f.relative_to(self.root).as_posix() for f in self.root.rglob("*"))
        listing = ["git", "-C", self.root, "ls-files", "-z", "-co", "--exclude-standard"]
        done = subprocess.run(listing, capture_output=True, check=True)
        return sorted(set(done.stdout.decode().split("\0")) - {""})

    def sources(self):
        """What people wrote and read: paths and texts, scripts without an ending too."""
        for path, text in self.text.items():
            if text is not None and (pathlib.PurePath(path).suffix in SOURCES or text[:2] == "#!"):
                yield path, text

    def python(self):
        for path, text in self.sources():
            if path.endswith(".py") or text.startswith(SHEBANGS[1]):
                yield path, text

    def target(self, path):
        """The kind, module and declared dependencies of the target a file belongs to, or None."""
        folder = next((folder for folder in self.targets if path.startswith(folder)), None)
        return self.targets.get(folder)

    def mentions(self, needle, besides):
        return any(text and needle in text for path, text in self.text.items() if path != besides)

    def code_in(self, folders):
        return [(path, code) for path, code in self.code.items() if path.startswith(folders)]


def matching(pattern, texts):
    """Path, line and match of every place where a pattern occurs."""
    for path, text in texts:
        for match in re.compile(pattern, re.M).finditer(text):
            yield path, line_of(text, match.start()), match
