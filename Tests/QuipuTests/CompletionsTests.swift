import Foundation
import Testing

@testable import quipu

@Suite("completions")
struct CompletionsTests {
  /// Shells and the paths where systems keep them.
  private static let shells = ["bash": "/bin/bash", "zsh": "/usr/bin/zsh", "fish": "/usr/bin/fish"]

  /// Only those shells that this machine has are asked; bash is needed by the tests anyway.
  private static let present = shells.keys.sorted().filter { shell in
    shells[shell].map(FileManager.default.isExecutableFile(atPath:)) ?? false
  }

  @Test("are valid scripts of their shells", arguments: present, ["en", "es"])
  func isValid(shell: String, language: String) throws {
    let path = try #require(Self.shells[shell])
    let outcome = try Program.bash(
      #""$quipu" completions \#(shell) --lang \#(language) > script && \#(path) -n script"#)
    #expect(outcome.exit == 0)
    #expect(outcome.errors.isEmpty)
  }

  @Test("name every command and option", arguments: shells.keys.sorted())
  func isComplete(shell: String) throws {
    let script = try Program.run("completions \(shell)").output
    for command in CommandTable.all {
      #expect(script.contains(command.name))
      for option in command.allOptions {
        let name = shell == "fish" ? "-l \(option.long)" : "--\(option.long)"
        #expect(script.contains(name), "\(command.name) --\(option.long)")
      }
    }
  }

  @Test("no option takes a value in one command and none in another")
  func agreesOnValues() {
    let valued = Set(ShellCompletions.optionsWithValue)
    for option in CommandTable.all.flatMap(\.allOptions) where option.value == nil {
      #expect(!valued.contains("--\(option.long)"))
    }
  }

  @Test("offer in bash what fits the place")
  func completesInBash() throws {
    let table: [(words: [String], offers: String)] = [
      (["sh"], "show"),
      (["he"], "help"),
      (["--led"], "--ledger"),
      (["--ledger", "T", "ver"], "verify"),
      (["--ledger", "=", "T", "ver"], "verify"),
      (["show", "A-1", "--kno"], "--known-at"),
      (["replay", "--fo"], "--format"),
      (["replay", "--format", ""], "csv json sqlite"),
      (["replay", "--format", "="], "csv json sqlite"),
      (["replay", "--format", "=", "s"], "sqlite"),
      (["--lang", ""], "es en"),
      (["completions", ""], "bash zsh fish"),
      (["completions", "bash", ""], ""),
      (["help", "ver"], "verify"),
      (["schema", "PaymentRec"], "PaymentReceived"),
      (["init", "--currency", "PE"], "PEN"),
      (["show", ""], ""),
      (["show", "A-1", "--on", ""], ""),
      (["record", "some"], "some file.jsonl"),
      (["import", "some"], "some file.jsonl"),
      (["import", "road"], "road-traffic-fines"),
      (["record", "--ledger", "some"], "some folder"),
    ]
    for (words, offers) in table {
      let list = (["quipu"] + words).map { "'\($0)'" }.joined(separator: " ")
      let script = """
        mkdir 'some folder'; touch 'some file.jsonl'
        source <("$quipu" completions bash)
        COMP_WORDS=(\(list)) COMP_CWORD=\(words.count)
        set -u
        _quipu
        echo "${COMPREPLY[*]}"
        """
      let outcome = try Program.bash(script)
      let expected = words.last == "some" && words.count == 2 ? "\(offers) some folder" : offers
      let found = outcome.output.trimmingCharacters(in: .newlines)
      #expect(Set(found.split(separator: " ")) == Set(expected.split(separator: " ")), "\(words)")
      #expect(outcome.errors.isEmpty, "\(words): \(outcome.errors)")
    }
  }
}
