"""Small trees that break one rule of `.ci/tidy` each, and trees that look as if they did."""

import pathlib
import tempfile

PACKAGE = """import PackageDescription

let package = Package(
  name: "quipu",
  dependencies: [],
  targets: [
    .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
    .target(name: "CanonicalJSON", path: "Sources/CanonicalJSON"),
    .target(
      name: "Collections", dependencies: ["CanonicalJSON"], path: "Sources/Collections",
      swiftSettings: strict),
    .target(name: "SQLite", dependencies: ["CSQLite"], path: "eventstore/SQLite"),
    .target(name: "Projections", dependencies: ["SQLite"], path: "projections/Projections"),
    .testTarget(name: "CollectionsTests", dependencies: ["Collections"], path: "Tests/Collections"),
  ]
)
"""

RULES = """internal import CanonicalJSON

/// A sum of money.
package struct Money {
  /// Minor units, "TO" + "DO" or not.
  package var minorUnits: Int64
}
"""

# A tree nothing is wrong with.
CLEAN = {
    "Package.swift": PACKAGE,
    "README.md": "# Quipu\n\nRun `tools/go`; see [the rules](Sources/Collections/Money.swift).\n",
    "Sources/CSQLite/module.modulemap": "module CSQLite {}\n",
    "Sources/Collections/Money.swift": RULES,
    "Tests/Collections/MoneyTests.swift": "import Foundation\nimport Testing\n",
    "tools/go": "#!/usr/bin/env bash\nset -euo pipefail\n",
}

MONEY = "Sources/Collections/Money.swift"
LONG_BODY = "  work()\n" * 69


def swift(code, path="Sources/Collections/Other.swift"):
    return {path: code}


# Rule, and what to lay over the clean tree; None removes a file.
BREAKS = [
    ("file_length", swift("// A remark.\n" * 401)),
    ("file_length", {"README.md": "# Quipu\n" + "tools/go\n" * 119}),
    ("function_length", swift("func long() {\n" + LONG_BODY + "}\n")),
    ("function_length",
     swift("struct A {\n  init(a: Int = f({ 1 })) throws(E) {\n" + LONG_BODY + "  }\n}\n")),
    ("function_length",
     swift('func a() { let s = "}\\(f("{"))" }\nfunc b() {\n' + LONG_BODY + "}\n")),
    ("function_behind_lock", swift("let told = Mutex<(@Sendable () -> Void)?>(nil)\n")),
    ("timed_test", {"Tests/Collections/A.swift": "@Suite(.timeLimit(.minutes(1))) struct A {}\n"}),
    ("function_length", swift("var long: Int {\n" + LONG_BODY + "}\n")),
    ("function_length", {"tools/go": "#!/usr/bin/env python3\ndef f():\n" + "    g()\n" * 70}),
    ("function_length", {"tools/go": "#!/usr/bin/env python3\ndef f(:\n"}),
    ("function_length", {"tools/go": CLEAN["tools/go"] + "f() {\n" + LONG_BODY + "}\n"}),
    ("line_width", {"tools/go": CLEAN["tools/go"] + "echo " + "a" * 100 + "\n"}),
    ("external_package", {"Package.swift": PACKAGE.replace("[],", '[.package(url: "")],')}),
    ("external_package", {"Package.swift": PACKAGE.replace("  dependencies: [],\n", "")}),
    ("imports", swift("import Foundation\n")),
    ("imports", swift("@preconcurrency internal import struct Foundation.Date\n")),
    ("imports", swift("import Collections\n", "Sources/CanonicalJSON/A.swift")),
    ("imports", swift("import Glibc\n")),
    ("imports", swift("import XCTest\n", "Tests/Collections/A.swift")),
    ("imports", {"Package.swift": PACKAGE.replace('["CanonicalJSON"]', '["Projections"]')}),
    ("imports", {"Package.swift": PACKAGE.replace('"SQLite",', '"Cellar",'),
                 "eventstore/SQLite/A.swift": "import CSQLite\n"}),
    ("system_library_once", {"eventstore/SQLite/A.swift": "import CSQLite\n",
                             "eventstore/SQLite/B.swift": "internal import CSQLite\n"}),
    ("floating_point", swift("let rate: Double? = nil\n")),
    ("floating_point", swift("let rate = 0.5\n", "projections/Projections/A.swift")),
    ("floating_point", swift("let rate = 1e9\n")),
    ("floating_point", swift("let rate: Float = 0\n", "Sources/CanonicalJSON/A.swift")),
    ("impure", swift("func f() { print(1) }\n")),
    ("impure", swift("let a = ContinuousClock().now\n")),
    ("impure", swift("let a = Int.random(in: 1...6)\n")),
    ("documentation", swift("package struct A {}\n")),
    ("documentation", swift("/// An A.\npackage struct A {\n  package static let b = 1\n}\n")),
    ("documentation", swift("@frozen\n@available(*, deprecated)\npackage func f() {}\n")),
    ("documentation", swift("struct A {\n  @inlinable package init() {}\n}\n")),
    ("documentation", swift("package let a = 1\npackage let b = 1\n")),
    ("documentation", swift("/// A and b.\npackage let a = 1\n\npackage let b = 1\n")),
    ("documentation", swift("package static func + (a: A, b: A) -> A {}\n")),
    ("documentation", swift("/// B.\nlet b = 1\nprivate(set) package var c = 1\n")),
    ("public_access", swift("/// An A.\npublic struct A {}\n")),
    ("public_access", swift("public import CanonicalJSON\n")),
    ("names", swift("struct AccountManager {}\n")),
    ("names", swift("enum Collections {}\n")),
    ("swallowed_error", swift("func f() { do { try g() } catch { } }\n")),
    ("swallowed_error", swift("func f() { do { try g() } catch is E {\n  } }\n")),
    ("unfinished", swift("// TODO: the rest\n")),
    ("unfinished", {"tools/go": CLEAN["tools/go"] + "# FIXME\n"}),
    ("unfinished", swift('func f() { fatalError("f: not implemented") }\n')),
    ("machine_path", {"tools/go": CLEAN["tools/go"] + "cd /home/ana/quipu\n"}),
    ("commented_code", swift("// let a = 1\n")),
    ("commented_code", swift("struct A {\n  // if a {\n}\n")),
    ("commented_code", swift("// return f(1)\n")),
    ("commented_code", swift("// try frobnicate(a, b)\n")),
    ("commented_code", {"tools/go": "#!/usr/bin/env python3\n# print(1)\n"}),
    ("commented_code", {"tools/go": "#!/usr/bin/env python3\n# for a in b:\n"}),
    ("dead_file", {"Sources/Lost/A.swift": "let a = 1\n"}),
    ("dead_file", {"tools/lost": CLEAN["tools/go"]}),
    ("dead_file", {"Tests/data/lost.csv": "a,b\n"}),
    ("dead_file", {"docs/lost.md": "# Lost\n"}),
    ("markdown_link", {"README.md": "[a](tools/go) [b](tools/gone)\n"}),
    ("markdown_link", {"README.md": "# Quipu\n\n[a](#quipu) [b](tools/go) [c](README.md#away)\n"}),
    ("markdown_link", {"README.md": "[a]: tools/gone\n\ntools/go\n"}),
    ("whitespace", swift("let a = 1 \n")),
    ("whitespace", swift("let a = 1\r\n")),
    ("whitespace", swift("\tlet a = 1\n")),
    ("whitespace", swift("let a = 1")),
    ("whitespace", swift("let a = 1\n\n")),
    ("leftover", swift("let a = 1\n", "Sources/Collections/P.swift")),
    ("leftover", {"tools/go.orig": "a\n", "README.md": "tools/go.orig\n"}),
    ("leftover", swift("<<<<<<< HEAD\n")),
    ("executable", {"tools/go": ("echo\n", 0o755)}),
    ("executable", {"tools/go": (CLEAN["tools/go"], 0o644)}),
    ("executable", {"tools/go": "#!/bin/sh\n"}),
    ("executable", {"tools/go": "#!/usr/bin/env bash\n"}),
]

# What must not be found: each of these could trip a careless rule.
STANDS = [
    swift("// A remark.\n" * 400),
    swift("func f() {\n" + LONG_BODY[:-9] + "}\n"),
    swift("protocol A {\n  func f() -> Int\n  init(a: Int)\n}\n"
          "struct B {\n" + "  // B.\n" * 80 + "}\n"),
    swift("struct A {\n  init() { self.init(1) }\n}\nlet b = [\n" + "  1,\n" * 80 + "]\n"),
    swift('let a = "Double 0.5 .package( import Foundation \\(b("x)")) TO"\n'
          "/* 0.5 /* Float */ 1.5 */\n"),
    swift('let a = #"\\("# + "\\\\"\nlet b = """\n  " Double "\n  """\n'),
    swift("let a = (1, (2, 3))\nlet b = a.1.0\nlet c = 0x1e9\nfor d in 0...5 {}\nlet e = 0..<5\n"),
    swift("let a = 0.5\nlet b: Double = 1\n", "Sources/CanonicalJSON/JSONNumber.swift"),
    swift("let a = Double(1)\n", "Tests/Collections/A.swift"),
    swift("package import CanonicalJSON\n"),
    swift("/// A, and b.\npackage var a: Int\npackage private(set) var b: Int\n"),
    swift("package static func < (a: A, b: A) -> Bool {}\npackage func hash(into hasher: B) {}\n"),
    swift("/// An A.\n@frozen\n// swift-format-ignore\n@available(\n  *, deprecated\n)\n"
          "package struct A {}\n"),
    swift("package extension A {}\nlet package = B(package: 1)\nstruct C { let open: Int }\n"),
    swift("let a = Int.random(in: 1...6, using: &source)\nfunc printing() { blueprint(1) }\n"),
    swift("// The total is what was assessed; if it was paid, it is less.\n// let it stand\n"),
    swift("// A day counts: due date ≤ x < D.\n// else nothing is owed (see below)\n"),
    swift("func f() { do { try g() } catch { throw E(error) } }\nstruct Utility1 {}\n"),
    {"tools/go": "#!/usr/bin/env python3\n# The rest, in order.\n# note: kept\n# why: it is so\n"},
    {"tools/go": CLEAN["tools/go"] + 'mktemp -d "${TMPDIR:-/tmp}/quipu.XXXXXX"\n'},
    {"README.md": "# A b\n\n[a](https://example.org) [b](#a-b) `[c](gone)` tools/go\n"},
    {"Tests/Collections/Golden/log/0.jsonl": "{}\n",
     "Tests/Collections/G.swift": 'let folder = "Golden"\n'},
    {"Sources/Collections/image.bin": b"\xff\xfe", "README.md": "image.bin tools/go\n"},
]


def lay(root, files):
    """Writes files under a folder; a script is executable unless its mode is given."""
    for path, content in files.items():
        place = root / path
        content, mode = content if isinstance(content, tuple) else (content, None)
        data = content if isinstance(content, bytes) else content.encode()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(mode or (0o755 if data.startswith(b"#!") else 0o644))


def self_test(findings, rules):
    """Runs every case; prints what went wrong and returns the exit code."""
    wrong = [f"rule {name} has no case" for name in rules if name not in dict(BREAKS)]
    cases = [(None, {})] + BREAKS + [(None, files) for files in STANDS]
    for name, files in cases:
        with tempfile.TemporaryDirectory() as folder:
            lay(pathlib.Path(folder), CLEAN | files)
            found = findings(folder)
        told = "\n".join(f"    {path}:{line}: {text} [{rule}]" for rule, path, line, text in found)
        if {rule for rule, *_ in found} - {name}:
            wrong.append(f"{name}: something else was found in {files}:\n{told}")
        elif name and not any(path in files for _, path, *_ in found):
            wrong.append(f"{name}: not found in {files}")
    for message in wrong:
        print(message[:600])
    print(f"tidy: {len(rules)} rules, {len(cases)} cases, {len(wrong)} of them wrong")
    return 1 if wrong else 0
