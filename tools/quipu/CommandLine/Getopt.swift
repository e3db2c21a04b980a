internal import CGetopt
internal import Glibc

/// One pass of the C library's `getopt_long` over some words.
///
/// It keeps the words in order and hands over arguments and options as they come, whatever
/// `POSIXLY_CORRECT` says. The library's state is global: one pass at a time, on one thread.
@safe struct Getopt: ~Copyable {
  /// What the library found next.
  enum Step: Equatable {
    /// The option at this index of the list given, with its value.
    case option(Int, String?)
    case argument(String)
    /// The option at this index wants a value and stands last.
    case missingValue(Int)
    /// The option at this index is a flag and was given a value.
    case superfluousValue(Int)
    /// No such option, or an abbreviation of several: the word as it was typed.
    case unknown(String)
    case end
  }

  private let count: Int32
  private let words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let options: UnsafeMutablePointer<option>
  private let optionCount: Int
  private let letters: [CChar]
  private let short: [Int32: Int]

  /// Long options are known to the library by their index plus this, past every letter.
  private static let firstLong: Int32 = 256

  init(words list: [String], options declared: [Option]) {
    count = Int32(list.count + 1)
    unsafe words = .allocate(capacity: list.count + 2)
    unsafe words[0] = strdup("quipu")
    for (index, word) in list.enumerated() { unsafe words[index + 1] = strdup(word) }
    unsafe words[list.count + 1] = nil

    optionCount = declared.count
    unsafe options = .allocate(capacity: declared.count + 1)
    // "-": arguments in their place, as value 1; ":": a missing value is told from an unknown
    // option.
    var letters = "-:"
    var short: [Int32: Int] = [:]
    for (index, entry) in declared.enumerated() {
      unsafe options[index] = option(
        name: UnsafePointer(strdup(entry.long)),
        has_arg: entry.value == nil ? no_argument : required_argument,
        flag: nil, val: Self.firstLong + Int32(index))
      if let letter = entry.short, let code = letter.asciiValue {
        short[Int32(code)] = index
        letters += String(letter) + (entry.value == nil ? "" : ":")
      }
    }
    unsafe options[declared.count] = option(name: nil, has_arg: 0, flag: nil, val: 0)
    self.letters = Array(letters.utf8CString)
    self.short = short
    quipu_getopt_reset()
  }

  deinit {
    for index in 0..<Int(count) { unsafe free(words[index]) }
    unsafe words.deallocate()
    for index in 0..<optionCount {
      unsafe free(UnsafeMutablePointer(mutating: options[index].name))
    }
    unsafe options.deallocate()
  }

  /// The next option or argument, or the end: what follows a `--` is in `rest`.
  mutating func next() -> Step {
    // Nothing is permuted, so before the call this is the word that the call will look at.
    let current = word(at: max(1, Int(quipu_optind())))
    let code = unsafe getopt_long(count, words, letters, options, nil)
    switch code {
    case -1: return .end
    case 1: return .argument(unsafe quipu_optarg().map { unsafe String(cString: $0) } ?? "")
    case Int32(UInt8(ascii: ":")):
      guard let index = index(of: quipu_optopt()) else { return .unknown(current) }
      return .missingValue(index)
    case Int32(UInt8(ascii: "?")):
      let culprit = quipu_optopt()
      guard culprit >= Self.firstLong, let index = index(of: culprit) else {
        return .unknown(current)
      }
      return .superfluousValue(index)
    default:
      guard let index = index(of: code) else { return .unknown(current) }
      return .option(index, unsafe quipu_optarg().map { unsafe String(cString: $0) })
    }
  }

  /// The words not yet looked at.
  var rest: [String] {
    var rest: [String] = []
    for index in Int(quipu_optind())..<max(Int(quipu_optind()), Int(count)) {
      rest.append(word(at: index))
    }
    return rest
  }

  private func index(of code: Int32) -> Int? {
    code >= Self.firstLong ? Int(code - Self.firstLong) : short[code]
  }

  private func word(at index: Int) -> String {
    guard (1..<Int(count)).contains(index), let text = unsafe words[index] else { return "" }
    return unsafe String(cString: text)
  }
}
