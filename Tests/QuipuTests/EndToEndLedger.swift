internal import CanonicalJSON
internal import Foundation
internal import Testing

/// A ledger of its own for one test, in a folder that goes when the test is over, or, where a whole
/// suite shares it, when the process is.
final class TemporaryLedger: Sendable {
  /// Where all of a process's ledgers are.
  private static let all: URL = {
    atexit { try? FileManager.default.removeItem(at: TemporaryLedger.all) }
    return FileManager.default.temporaryDirectory.appending(path: "quipu-e2e-\(UUID())")
  }()

  /// Where the test may put files beside the ledger.
  let folder: String
  /// The ledger's directory.
  let path: String

  /// Makes a ledger, for Peru unless the options say otherwise, and records drafts in it.
  init(_ options: String = "--name test", recording drafts: [String] = []) throws {
    folder = Self.all.appending(path: "\(UUID())").path()
    path = folder + "/ledger"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let words = options.split(separator: " ").map(String.init)
    let made = try Program.run(["init", "--ledger", path] + words, environment: settings)
    try #require(made.exit == 0, "\(made.errors)")
    if !drafts.isEmpty { try record(drafts) }
  }

  private init(copying other: TemporaryLedger, withKeys: Bool) throws {
    folder = Self.all.appending(path: "\(UUID())").path()
    path = folder + "/ledger"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: other.path, toPath: path)
    let keys = "/config"
    if withKeys, FileManager.default.fileExists(atPath: other.folder + keys) {
      try FileManager.default.copyItem(atPath: other.folder + keys, toPath: folder + keys)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Another ledger with the same bytes, and the same keys and tokens unless it is to have none.
  func copy(withKeys: Bool = true) throws -> TemporaryLedger {
    try TemporaryLedger(copying: self, withKeys: withKeys)
  }

  /// Where keys and tokens are kept: as a user's own settings are.
  private var settings: [String: String] { ["XDG_CONFIG_HOME": folder + "/config"] }

  /// Runs the program on this ledger with words separated by blanks.
  func run(_ line: String) throws -> Program.Outcome {
    try Program.run(
      line.split(separator: " ").map(String.init) + ["--ledger", path], environment: settings)
  }

  /// Runs a line of bash in the folder, in which `$quipu` is the program and this its ledger.
  func bash(_ script: String) throws -> Program.Outcome {
    try Program.bash(
      "cd \"$folder\"; " + script,
      environment: settings.merging(["folder": folder, "QUIPU_LEDGER": path]) { $1 })
  }

  /// Makes eva an admin, ana a dpo and otto an auditor, with their tokens saved.
  func addIdentities() throws {
    for words in ["eva --role admin", "ana --role dpo --as eva", "otto --role auditor --as eva"] {
      let added = try run("identity add \(words) --save")
      try #require(added.exit == 0, "\(added.errors)")
    }
  }

  /// Records the bytes of a drafts file, with more words on the command line.
  func record(bytes: [UInt8], _ options: String = "") throws -> Program.Outcome {
    let file = folder + "/drafts"
    try Data(bytes).write(to: URL(filePath: file))
    return try run("record \(file) \(options)")
  }

  /// Records drafts that must be accepted; gives their receipts.
  @discardableResult
  func record(_ drafts: [String]) throws -> [JSONValue] {
    let run = try record(bytes: Array(drafts.map { $0 + "\n" }.joined().utf8))
    try #require(run.exit == 0, "\(run.errors)")
    return try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
  }

  /// All that is evidence: every file of the ledger but its lock, by its path in it.
  func files() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) where name != "lock" {
      if let bytes = FileManager.default.contents(atPath: "\(path)/\(name)") {
        files[name] = Array(bytes)
      }
    }
    return files
  }

  /// The lines of the first segment, without their newlines.
  func lines() throws -> [[UInt8]] {
    try bytes(of: "ledger/log/000000000000.jsonl").split(separator: 10).map(Array.init)
  }

  /// The bytes of a file in the folder.
  func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
  }

  /// The text of a file in the folder.
  func text(of name: String) throws -> String {
    String(decoding: try bytes(of: name), as: UTF8.self)
  }

  /// Puts bytes in a file in the folder.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
  }
}

extension Program.Outcome {
  /// Standard output as one JSON value.
  var json: JSONValue { get throws { try JSONValue(parsing: output, as: .json) } }

  /// What standard error says after `--json`: the last failure reported.
  var failure: ReportedFailure {
    get throws {
      let last = try #require(errors.split(separator: "\n").last { $0.hasPrefix("{") }, "\(errors)")
      let error = try #require(JSONValue(parsing: String(last), as: .json)["error"])
      return ReportedFailure(json: error)
    }
  }
}

/// A failure as the program reports it with `--json`.
struct ReportedFailure {
  let json: JSONValue

  var code: String { json["code"]?.stringValue ?? "" }
  var exit: Int64? { json["exit"]?.integerValue }

  /// A text among the details; empty where there is none.
  subscript(name: String) -> String { json["detail"]?[name]?.stringValue ?? "" }

  /// A number among the details.
  func number(_ name: String) -> Int64? { json["detail"]?[name]?.integerValue }
}

/// Drafts that a ledger accepts, to be spoilt by the tests.
enum DraftLine {
  /// An account of one item, opened and due on a day.
  static func opened(
    _ account: String, on day: String = "2025-01-31", principal: Int = 100_000, more: String = ""
  ) -> String {
    #"{"type":"AccountOpened","stream":"account/\#(account)","effective":"\#(day)","#
      + #""key":"open:\#(account)","data":{"account":"\#(account)","subject":"S-1","#
      + #""creditor":"bank","product":"consumer","currency":"PEN","#
      + #""items":[{"n":1,"dueOn":"\#(day)","principal":\#(principal)}]\#(more)}}"#
  }

  /// A payment on an account, its key after its id.
  static func paid(
    _ account: String, _ payment: String, _ amount: Int = 20_000, on day: String = "2025-02-10"
  ) -> String {
    event(
      "PaymentReceived", account, "pay:\(payment)", on: day,
      #""payment":"\#(payment)","amount":\#(amount),"currency":"PEN","method":"transfer""#)
  }

  /// Any event on an account, from its fields.
  static func event(
    _ type: String, _ account: String, _ key: String, on day: String, _ fields: String
  ) -> String {
    #"{"type":"\#(type)","stream":"account/\#(account)","effective":"\#(day)","#
      + #""key":"\#(key)","data":{\#(fields)}}"#
  }
}

/// The rows of a table of text: columns two or more blanks apart, a row of names first.
func table(_ text: String) -> [[String]] {
  text.split(separator: "\n").dropFirst().map { line in
    line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }
}
