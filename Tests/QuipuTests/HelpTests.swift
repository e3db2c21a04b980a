import Foundation
import Testing

@testable import quipu

@Suite("help")
struct HelpTests {
  @Test("of every command lists all it takes, in both languages", arguments: Language.allCases)
  func listsEverything(_ language: Language) throws {
    for command in CommandTable.all {
      let asked = try Program.run("help \(command.name) --lang \(language.rawValue)")
      #expect(asked.exit == 0)
      #expect(asked.errors.isEmpty)
      for option in command.allOptions {
        #expect(asked.output.contains("--\(option.long)"), "\(command.name) --\(option.long)")
      }
      for argument in command.arguments {
        #expect(asked.output.contains("  \(argument.name[language])"), "\(command.name)")
      }
      let flagged = try Program.run("\(command.name) --lang \(language.rawValue) --help")
      #expect(flagged.output == asked.output)
      #expect(flagged.exit == 0)
    }
  }

  @Test("of the program lists every command and exit status")
  func listsCommands() throws {
    let outcome = try Program.run("help")
    #expect(outcome.exit == 0)
    for command in CommandTable.all { #expect(outcome.output.contains("\n  \(command.name) ")) }
    for code in ExitCode.allCases { #expect(outcome.output.contains("\n  \(code.rawValue)  ")) }
    #expect(try Program.run("--help").output == outcome.output)
    #expect(try Program.run("-h").output == outcome.output)
  }

  @Test("is written in both languages throughout")
  func isTranslated() {
    for command in CommandTable.all {
      let texts =
        [command.summary, command.details] + command.arguments.map(\.doc)
        + command.allOptions.map(\.doc) + command.examples.map(\.meaning)
      for text in texts where !text.english.isEmpty {
        #expect(text.english != text.spanish, "\(command.name): \(text.english)")
        #expect(!text.spanish.isEmpty, "\(command.name): \(text.english)")
      }
    }
  }

  @Test("keeps to the width of the terminal, and to 100 columns", arguments: ["en", "es"])
  func wraps(_ language: String) throws {
    for (columns, limit) in [("40", 40), ("60", 60), ("80", 80), ("300", 100)] {
      for name in [""] + CommandTable.all.map(\.name) {
        let outcome = try Program.run(
          "help \(name) --lang \(language)", environment: ["COLUMNS": columns])
        // A line to be typed is never broken.
        let lines = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("  quipu ") }
        for line in lines where !line.hasPrefix("  xz ") && !line.hasPrefix("  source ") {
          #expect(line.count <= limit, "\(name): \(line)")
        }
      }
    }
  }

  @Test("says once that an option may be repeated", arguments: Language.allCases)
  func saysOnceWhatRepeats(_ language: Language) {
    for option in CommandTable.all.flatMap(\.options) where option.repeated {
      let words = Text("may be repeated", "puede repet")[language]
      #expect(described(option, language).ranges(of: words).count == 1, "--\(option.long)")
    }
  }

  @Test("examples are right usage")
  func givesRightExamples() throws {
    for example in CommandTable.all.flatMap(\.examples) + ProgramHelp.examples {
      for call in example.line.split(separator: "|") {
        let words = call.split(separator: " ").map(String.init)
        guard let name = words.firstIndex(where: { $0 == "quipu" || $0 == "<(quipu" }) else {
          continue
        }
        let line = words[(name + 1)...].prefix { $0 != ">" }
          .map { $0.hasSuffix(")") ? String($0.dropLast()) : $0 }
        // Help asked for: the line is read and checked, and nothing is done.
        let outcome = try Program.run(line + ["--help"])
        #expect(outcome.exit == 0, "\(example.line): \(outcome.errors)")
      }
    }
  }

  @Test("as JSON describes the same table")
  func speaksJSON() throws {
    let outcome = try Program.run("help --json")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let members = try #require(object as? [String: Any])
    let commands = try #require(members["commands"] as? [[String: Any]])
    #expect(commands.map { $0["name"] as? String } == CommandTable.all.map(\.name))
    #expect(members["version"] as? String == ProgramHelp.version)
  }

  @Test("as a manual page names every command and option", arguments: ["en", "es"])
  func writesManualPage(_ language: String) throws {
    let outcome = try Program.run("help --man --lang \(language)")
    #expect(outcome.exit == 0)
    #expect(outcome.output.hasPrefix(".TH QUIPU 1 "))
    for command in CommandTable.all {
      let title = command.name.replacing("-", with: "\\-")
      #expect(outcome.output.contains("\n.SS quipu \(title)"))
      for option in command.options {
        // Its own paragraph, besides the usage line.
        let name = "--\(option.long)".replacing("-", with: "\\-")
        let tag = option.value == nil ? ".B \(name)\n" : ".BI \"\(name) \""
        #expect(outcome.output.contains(".TP\n\(tag)"), "\(command.name) --\(option.long)")
      }
    }
    for line in outcome.output.split(separator: "\n") where line.hasPrefix(".") {
      let known = [".TH ", ".SH ", ".SS ", ".PP", ".TP", ".B ", ".BI ", ".I ", ".RI "]
      #expect(known.contains { line.hasPrefix($0) }, "\(line)")
    }
  }

  @Test(
    "the manual page pleases groff",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"), "no groff here"))
  func pleasesGroff() throws {
    let script = #""$quipu" help --man --lang es | groff -man -K utf8 -T utf8 -ww -z"#
    let outcome = try Program.bash(script)
    #expect(outcome.exit == 0)
    #expect(outcome.errors.isEmpty)
  }

  @Test("the version stands alone")
  func tellsVersion() throws {
    let outcome = try Program.run("--version")
    #expect(outcome.exit == 0)
    #expect(outcome.output == "quipu \(ProgramHelp.version)\n")
  }
}
