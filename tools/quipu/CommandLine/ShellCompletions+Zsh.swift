extension ShellCompletions {
  /// The script for zsh: to be found in `fpath` as `_quipu`, or to be sourced after `compinit`.
  func zsh() -> String {
    var text = """
      #compdef quipu
      # Completion of quipu for zsh; written by "quipu completions zsh".

      _quipu() {
        local context state state_descr line curcontext="$curcontext" ret=1
        typeset -A opt_args
        local -a commands
        commands=(

      """
    for command in CommandTable.all {
      let entry = "\(command.name):\(command.summary[language])"
      text += "    \(Self.quoted(entry))\n"
    }
    text += "  )\n  _arguments -C -s -S \\\n"
    for option in ParsedLine.global { text += zshOption(option) }
    let word = Text("command", "comando")[language]
    text += "    '1:\(word):->command' \\\n    '*::argument:->arguments' && ret=0\n"
    text += """
        case $state in
          command) _describe -t commands \(word) commands && ret=0 ;;
          arguments)
            case $words[1] in

      """
    for command in CommandTable.all {
      text += "        \(command.name))\n          _arguments -s -S \\\n"
      for option in command.allOptions { text += "        " + zshOption(option) }
      for (place, argument) in command.arguments.enumerated() {
        text += "            " + zshArgument(argument, place + 1) + " \\\n"
      }
      text += "            && ret=0 ;;\n"
    }
    return text + """
            esac ;;
        esac
        return ret
      }

      if [[ $funcstack[1] == _quipu ]]; then _quipu "$@"; else compdef _quipu quipu; fi

      """
  }

  private func zshOption(_ option: Option) -> String {
    let doc = zshEscaped(option.doc[language], ["[", "]", "\\"])
    let many = option.repeated ? "*" : ""
    var specifications: [String] = []
    if let value = option.value {
      let name = zshEscaped(value.placeholder[language], [":", "\\"])
      specifications.append("\(many)--\(option.long)=[\(doc)]:\(name):\(zshAction(value.kind))")
    } else {
      specifications.append("\(many)--\(option.long)[\(doc)]")
      if let short = option.short { specifications.append("\(many)-\(short)[\(doc)]") }
    }
    return specifications.map { "    \(Self.quoted($0)) \\\n" }.joined()
  }

  private func zshArgument(_ argument: Argument, _ place: Int) -> String {
    let name = zshEscaped(argument.name[language], [":", "\\"])
    let head = argument.repeated ? "*" : "\(place)"
    // Two colons: the argument may be left out.
    return Self.quoted(
      "\(head)\(argument.optional ? "::" : ":")\(name):\(zshAction(argument.kind))")
  }

  private func zshAction(_ kind: ValueKind) -> String {
    if let choices = kind.choices { return "(" + choices.joined(separator: " ") + ")" }
    return switch kind {
    case .file, .fileOrInput: "_files"
    case .directory: "_files -/"
    case .mapping:
      "{compadd -- \(Mapping.builtInNames.joined(separator: " ")); _files}"
    // A blank: nothing to offer, yet the name is shown.
    default: " "
    }
  }

  private func zshEscaped(_ text: String, _ special: Set<Character>) -> String {
    text.reduce(into: "") { result, character in
      if special.contains(character) { result.append("\\") }
      result.append(character)
    }
  }
}
