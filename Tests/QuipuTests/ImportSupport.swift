internal import CanonicalJSON
internal import Foundation

@testable import quipu

/// Lets `body` read these bytes from a file descriptor.
func withDescriptor<Result>(
  of bytes: [UInt8], _ body: (Int32) throws -> Result
) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("quipu-import-\(UUID().uuidString)")
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  let file = try FileHandle(forReadingFrom: url)
  defer { try? file.close() }
  return try body(file.fileDescriptor)
}

/// What an import of a text gives.
struct Imported {
  var drafts: [String] = []
  var rows: [Int] = []
  var warnings: [ImportWarning] = []
  var counts = ImportCounts()
}

/// Imports a text by a mapping; the drafts as canonical text.
func imported(_ text: String, by mapping: Mapping) throws -> Imported {
  try withDescriptor(of: Array(text.utf8)) { descriptor in
    var reader = ImportReader(mapping)
    var imported = Imported()
    try reader.forEachDraft(from: descriptor) { draft in
      imported.drafts.append(draft.draft.canonicalText)
      imported.rows.append(draft.row)
    }
    imported.warnings = reader.warnings
    imported.counts = reader.counts
    return imported
  }
}

/// The mapping a document's text describes.
func mapping(_ document: String) throws -> Mapping { try Mapping(parsing: Array(document.utf8)) }

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private(set) var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Starts from `QUIPU_SEED`, else from anywhere; prints the seed, to replay a failure by.
  static func printed(for test: String) -> SeededNumbers {
    let given = ProcessInfo.processInfo.environment["QUIPU_SEED"].flatMap(UInt64.init)
    let seed = given ?? UInt64.random(in: 0...UInt64.max)
    print("\(test): QUIPU_SEED=\(seed)")
    return SeededNumbers(state: seed)
  }
}
