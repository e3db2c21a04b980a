/// The language the program speaks to its reader.
enum Language: String, CaseIterable, Sendable {
  case english = "en"
  case spanish = "es"

  /// The language a locale's name asks for: Spanish for `es`, `es_PE.UTF-8` and the like, else
  /// English.
  init(localeName: String) {
    let tag = localeName.prefix { $0 != "_" && $0 != "." && $0 != "@" && $0 != "-" }
    self = tag.lowercased() == "es" ? .spanish : .english
  }

  /// The language of the environment: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says
  /// anything, as POSIX orders them.
  static var ofEnvironment: Language {
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      if let locale = environmentValue(name) { return Language(localeName: locale) }
    }
    return .english
  }
}

/// A text in both languages.
///
/// A literal stands for both: use that for names and figures only.
struct Text: Sendable, Equatable, ExpressibleByStringInterpolation {
  let english: String
  let spanish: String

  init(_ english: String, _ spanish: String) {
    self.english = english
    self.spanish = spanish
  }

  /// The same in both languages: an identifier, a figure, a message that comes from outside.
  init(same text: String) { self.init(text, text) }

  init(stringLiteral value: String) { self.init(value, value) }

  subscript(language: Language) -> String { language == .spanish ? spanish : english }

  /// Both languages changed alike.
  func map(_ change: (String) -> String) -> Text { Text(change(english), change(spanish)) }

  static func + (left: Text, right: Text) -> Text {
    Text(left.english + right.english, left.spanish + right.spanish)
  }
}
