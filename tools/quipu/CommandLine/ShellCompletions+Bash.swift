extension ShellCompletions {
  /// The script for bash 4 or later; it needs no bash-completion package.
  func bash() -> String {
    var text = """
      # Completion of quipu for bash; written by "quipu completions bash".

      _quipu_words() {
        local word
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
      }

      _quipu_paths() {
        local word
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$cur")
      }

      _quipu() {
        local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
        local command='' place=0 i
        COMPREPLY=()
        # bash makes three words of --option=value.
        if [[ $cur == '=' ]]; then
          cur=''
        elif [[ $option == '=' ]]; then
          option=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            \(Self.optionsWithValue.joined(separator: "|")))
              [[ ${COMP_WORDS[i + 1]-} == '=' ]] && i=$((i + 1))
              i=$((i + 1)) ;;
            -?*) ;;
            *) if [[ -z $command ]]; then command=${COMP_WORDS[i]}; else place=$((place + 1)); fi ;;
          esac
        done

        case $command:$option in

      """
    for option in ParsedLine.global where option.value != nil { text += bashCase("*", option) }
    for command in CommandTable.all {
      for option in command.options where option.value != nil {
        text += bashCase(command.name, option)
      }
    }
    text += "  esac\n\n  if [[ $cur == -?* ]]; then\n    case $command in\n"
    text += "      '') _quipu_words \(Self.quoted(bashNames(ParsedLine.global))) ;;\n"
    for command in CommandTable.all {
      let names = bashNames(command.allOptions)
      text += "      \(command.name)) _quipu_words \(Self.quoted(names)) ;;\n"
    }
    text += "    esac\n    return\n  fi\n\n  case $command:$place in\n"
    let names = CommandTable.all.map(\.name).joined(separator: " ")
    text += "    :0) _quipu_words \(Self.quoted(names)) ;;\n"
    for command in CommandTable.all {
      for (place, argument) in command.arguments.enumerated() {
        guard let action = bashAction(argument.kind) else { continue }
        let places = argument.repeated ? "*" : "\(place)"
        text += "    \(command.name):\(places)) \(action) ;;\n"
      }
    }
    return text + "  esac\n}\n\ncomplete -F _quipu quipu\n"
  }

  private func bashCase(_ command: String, _ option: Option) -> String {
    let action = option.value.flatMap { bashAction($0.kind) }.map { "\($0); " } ?? ""
    return "    \(command):--\(option.long)) \(action)return ;;\n"
  }

  private func bashAction(_ kind: ValueKind) -> String? {
    if let choices = kind.choices {
      return "_quipu_words \(Self.quoted(choices.joined(separator: " ")))"
    }
    return switch kind {
    case .file, .fileOrInput: "_quipu_paths -f"
    case .directory: "_quipu_paths -d"
    case .mapping:
      "_quipu_words \(Self.quoted(Mapping.builtInNames.joined(separator: " "))); _quipu_paths -f"
    default: nil
    }
  }

  private func bashNames(_ options: [Option]) -> String {
    options.map { "--\($0.long)" }.joined(separator: " ")
  }
}
