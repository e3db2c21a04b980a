/// Completion scripts for the shells, from what the commands declare.
///
/// One file a shell holds the rest. The scripts are complete in themselves: completing a word does
/// not start this program.
struct ShellCompletions {
  let language: Language

  /// The long names of all options that take a value, with dashes, each once.
  ///
  /// A shell steps over their values when it looks for the command; so a name may not take a value
  /// in one command and none in another.
  static var optionsWithValue: [String] {
    let all = ParsedLine.global + CommandTable.all.flatMap(\.allOptions)
    return Set(all.filter { $0.value != nil }.map { "--\($0.long)" }).sorted()
  }

  /// The options that may stand before the command and take a value, with dashes.
  static var globalOptionsWithValue: [String] {
    ParsedLine.global.filter { $0.value != nil }.map { "--\($0.long)" }
  }

  /// The text between single quotes, as all three shells read it.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
