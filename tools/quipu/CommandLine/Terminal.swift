internal import Glibc

/// What can be shown on one of the standard descriptors.
struct Terminal: Sendable {
  let descriptor: Int32
  /// Whether a person is looking at it.
  let isTerminal: Bool
  /// Whether colours and bold type may be used: on a terminal that can, and never with `NO_COLOR`
  /// (no-color.org).
  let hasColour: Bool
  /// Whether a line can be drawn again in place.
  let canRedraw: Bool

  init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    let dumb = environmentValue("TERM") == nil || environmentValue("TERM") == "dumb"
    canRedraw = isTerminal && !dumb
    hasColour = canRedraw && environmentValue("NO_COLOR") == nil
  }

  /// Columns: what the terminal says, else `COLUMNS`, else 80.
  ///
  /// Asked anew each time, as windows change.
  var width: Int {
    var size = winsize()
    if isTerminal, unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    if let columns = environmentValue("COLUMNS").flatMap({ Int($0) }), columns > 0 {
      return columns
    }
    return 80
  }

  /// Ways to make a text stand out.
  enum Emphasis: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// The text emphasised where that can be shown, else as it is.
  func emphasised(_ text: String, _ emphasis: Emphasis) -> String {
    hasColour ? "\u{1B}[\(emphasis.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// The text with every control character spelt out, so that what stands in a ledger or on a command
/// line cannot steer the reader's terminal.
func printable(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar) -> Bool {
    // C0, DEL, C1, and the marks that turn the direction of text round (Trojan Source).
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}
