import CanonicalJSON
import Support
import Testing

/// Nicolas Seriot's JSONTestSuite: what parsers must read, must refuse, and may do either with.
@Suite(.enabled(if: SharedVectors.arePresent, "the shared vectors are not beside this checkout"))
struct JSONTestSuiteTests {
  private let path = "JSONTestSuite/test_parsing"

  @Test func readsWhatMustBeRead() throws {
    let files = try SharedVectors.files(in: path, prefix: "y_")
    for file in files {
      #expect(refusal(file.bytes, as: .json) == nil, "\(file.name)")
      guard let value = try? JSONValue(parsing: file.bytes.span, as: .json) else { continue }
      let canonical = value.canonicalBytes
      #expect(try JSONValue(parsing: canonical.span, as: .json) == value, "\(file.name)")
      let refused = refusal(file.bytes, as: .interoperable)?.code
      let isDuplicate = file.name.hasPrefix("y_object_duplicated_key")
      #expect(refused == (isDuplicate ? .duplicateKey : nil), "\(file.name)")
    }
    print("JSONTestSuite: \(files.count) texts that must be read")
    #expect(!files.isEmpty)
  }

  @Test func refusesEqualKeysInEvents() throws {
    let files = try SharedVectors.files(in: path, prefix: "y_object_duplicated_key")
    #expect(files.count == 2)
    for file in files {
      #expect(refusal(file.bytes, as: .event)?.code == .duplicateKey, "\(file.name)")
    }
  }

  @Test(arguments: [JSONProfile.json, .interoperable, .event])
  func refusesWhatMustBeRefused(profile: JSONProfile) throws {
    let files = try SharedVectors.files(in: path, prefix: "n_")
    for file in files {
      #expect(refusal(file.bytes, as: profile) != nil, "\(file.name)")
      #expect(canonicalRefusal(file.bytes) != nil, "\(file.name)")
    }
    print("JSONTestSuite: \(files.count) texts that must be refused, as \(profile)")
    #expect(!files.isEmpty)
  }

  /// Either is right, but it must be an answer, and what is read must survive its canonical form.
  @Test(arguments: [JSONProfile.json, .interoperable, .event])
  func answersWhatIsLeftOpen(profile: JSONProfile) throws {
    var read = 0
    let files =
      try SharedVectors.files(in: path, prefix: "i_")
      + SharedVectors.files(in: "JSONTestSuite/test_transform")
    for file in files {
      guard let value = try? JSONValue(parsing: file.bytes.span, as: profile) else { continue }
      read += 1
      let again = try JSONValue(parsing: value.canonicalBytes.span, as: profile)
      #expect(again == value, "\(file.name)")
    }
    print("JSONTestSuite: \(files.count) open texts as \(profile), \(read) read")
    #expect(!files.isEmpty)
  }

  /// Only a scan of structure, it may well pass over what is wrong inside, but never past the end.
  @Test func skipsAnythingWithoutCrashing() throws {
    let files = try SharedVectors.files(in: path)
    for file in files {
      for start in 0..<min(file.bytes.count, 40) {
        var cursor = CanonicalCursor(at: start)
        if (try? cursor.skipValue(in: file.bytes.span)) != nil {
          #expect(cursor.position > start && cursor.position <= file.bytes.count, "\(file.name)")
        }
      }
    }
    #expect(!files.isEmpty)
  }
}
