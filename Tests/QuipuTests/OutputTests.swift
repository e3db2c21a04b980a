import Foundation
import Testing

@testable import quipu

@Suite("results that cannot be delivered")
struct OutputTests {
  @Test("a full disk is told, exit 4")
  func reportsFullDisk() throws {
    let outcome = try Program.bash(#""$quipu" help > /dev/full"#)
    #expect(outcome.exit == 4)
    #expect(outcome.errors.hasPrefix("quipu: error[output_failed]: "))
    #expect(outcome.errors.contains("No space left on device"))
    #expect(outcome.errors.contains("\n  errno: 28\n"))
  }

  @Test("a closed standard output is told, exit 4")
  func reportsClosedOutput() throws {
    let outcome = try Program.bash(#""$quipu" help >&-"#)
    #expect(outcome.exit == 4)
    #expect(outcome.errors.hasPrefix("quipu: error[output_failed]: "))
  }

  @Test("what is no file is written to and never replaced")
  func keepsWhatIsNoFile() throws {
    let script = """
      mkfifo pipe; wc -l < pipe > lines &
      "$quipu" generate --accounts 3 --months 1 --seed 1 --out pipe && wait
      test -p pipe && test "$(cat lines)" -gt 3 && ls
      """
    let outcome = try Program.bash(script)
    #expect(outcome.output == "errors\nlines\noutput\npipe\n", "\(outcome.errors)")
  }

  @Test("an interrupted program leaves no part of a file", arguments: ["INT", "TERM", "HUP"])
  func removesDrafts(_ signal: String) throws {
    // Foundation starts a process with signals blocked.
    let script = """
      set -m
      python3 -c 'import os, signal, sys
      signal.pthread_sigmask(signal.SIG_SETMASK, [])
      os.execv(sys.argv[1], sys.argv[1:])' "$quipu" generate --accounts 20000 --out portfolio &
      until compgen -G 'portfolio*' > /dev/null; do sleep 0.01; done
      kill -\(signal) $!; wait $!; echo $?; ls
      """
    let outcome = try Program.bash(script)
    let status = ["INT": 130, "TERM": 143, "HUP": 129][signal] ?? 0
    #expect(outcome.output == "\(status)\nerrors\noutput\n", "\(outcome.errors)")
  }

  @Test("a limit of file sizes is told, exit 4, and leaves no part of a file")
  func reportsFileSizeLimit() throws {
    let outcome = try Program.bash(
      #"trap '' XFSZ; ulimit -f 8; "$quipu" generate --accounts 200 --out file; echo $?; ls"#)
    #expect(outcome.output == "4\nerrors\noutput\n")
    #expect(outcome.errors.contains("file: File too large"))
  }

  @Test("a reader who left is no failure: quiet, as SIGPIPE is", arguments: ["", "trap '' PIPE; "])
  func diesQuietly(_ disposition: String) throws {
    // The reader is gone before the program starts.
    let script = disposition + #"exec 3> >(true); sleep 0.2; "$quipu" help --man >&3; echo $?"#
    let outcome = try Program.bash(script)
    #expect(outcome.output == "141\n")
    #expect(outcome.errors.isEmpty)
  }

  @Test("a reader who takes one line gets it")
  func survivesHead() throws {
    let outcome = try Program.bash(#""$quipu" help | head -1"#)
    #expect(outcome.exit == 0)
    #expect(outcome.output.hasPrefix("quipu \(ProgramHelp.version)"))
    #expect(outcome.errors.isEmpty)
  }

  @Test("with --json a failure is one JSON object on standard error")
  func reportsAsJSON() throws {
    for line in ["show A-1 --known-ta 5 --json", "--json show A-1 --known-ta 5"] {
      let outcome = try Program.run(line)
      #expect(outcome.exit == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasSuffix("}\n"))
      let object = try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8))
      let members = try #require(object as? [String: [String: Any]])
      let error = try #require(members["error"])
      #expect(error["code"] as? String == "unknown_option")
      #expect(error["exit"] as? Int == 2)
      let detail = try #require(error["detail"] as? [String: String])
      #expect(detail["nearest"] == "--known-at")
      #expect(detail["usage"]?.hasPrefix("quipu show ACCOUNT") == true)
    }
    let none = try Program.run("--json")
    #expect(none.exit == 2)
    #expect(none.errors.hasPrefix(#"{"error":{"code":"missing_command""#))
  }

  @Test("no colours but on a terminal")
  func staysPlain() throws {
    let outcome = try Program.run("help", environment: ["TERM": "xterm-256color"])
    #expect(!outcome.output.contains("\u{1B}"))
  }
}
