extension ShellCompletions {
  /// The script for fish 3 or later.
  func fish() -> String {
    var text = """
      # Completion of quipu for fish; written by "quipu completions fish".

      function __quipu_command
          set -l words (commandline -opc)[2..]
          while set -q words[1]
              switch $words[1]
                  case \(Self.globalOptionsWithValue.joined(separator: " "))
                      set words $words[2..]
                  case '-*'
                  case '*'
                      echo $words[1]
                      return 0
              end
              set words $words[2..]
          end
          return 1
      end

      complete -c quipu -f

      """
    let none = "not __quipu_command >/dev/null"
    for option in ParsedLine.global { text += fishOption(option, when: none) }
    for command in CommandTable.all {
      text += "complete -c quipu -n \(Self.quoted(none)) -a \(command.name)"
      text += " -d \(fishQuoted(command.summary[language]))\n"
    }
    for command in CommandTable.all {
      let named = "string match -q -- \(command.name) (__quipu_command)"
      for option in command.allOptions { text += fishOption(option, when: named) }
      for argument in command.arguments {
        guard let action = fishAction(argument.kind) else { continue }
        text += "complete -c quipu -n \(Self.quoted(named)) \(action)\n"
      }
    }
    return text
  }

  private func fishOption(_ option: Option, when condition: String) -> String {
    var line = "complete -c quipu -n \(Self.quoted(condition)) -l \(option.long)"
    if let short = option.short { line += " -s \(short)" }
    if let value = option.value {
      line += " -r"
      if let action = fishAction(value.kind) { line += " \(action)" }
    }
    return line + " -d \(fishQuoted(option.doc[language]))\n"
  }

  private func fishAction(_ kind: ValueKind) -> String? {
    if let choices = kind.choices { return "-f -a \(fishQuoted(choices.joined(separator: " ")))" }
    return switch kind {
    case .file, .fileOrInput: "-F"
    case .mapping: "-F -a \(fishQuoted(Mapping.builtInNames.joined(separator: " ")))"
    case .directory: "-f -a '(__fish_complete_directories)'"
    default: nil
    }
  }

  /// Between single quotes fish reads `\'` and `\\`.
  private func fishQuoted(_ text: String) -> String {
    text.reduce(into: "'") { result, character in
      if character == "'" || character == "\\" { result.append("\\") }
      result.append(character)
    } + "'"
  }
}
