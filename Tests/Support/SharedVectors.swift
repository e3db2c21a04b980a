package import Foundation

/// Real data and published vectors that are no part of the project: `shared/data` beside a checkout,
/// or below the folder `QUIPU_SHARED` names. Tests that need them are skipped when they are not there.
package enum SharedData {
  /// A file or folder of it by its path, nil when it is absent.
  package static func url(_ path: String) -> URL? {
    var candidates: [URL] = []
    if let named = ProcessInfo.processInfo.environment["QUIPU_SHARED"] {
      let url = URL(fileURLWithPath: named, isDirectory: true)
      candidates = [url, url.appendingPathComponent("data")]
    } else {
      var above = URL(fileURLWithPath: #filePath)
      while above.path != "/" {
        above.deleteLastPathComponent()
        candidates.append(above.appendingPathComponent("shared/data"))
      }
    }
    return candidates.map { $0.appendingPathComponent(path) }
      .first { FileManager.default.fileExists(atPath: $0.path) }
  }
}

/// The published test vectors of the shared data.
package enum SharedVectors {
  /// The folder, nil when it is absent.
  package static let folder = SharedData.url("vectors")

  /// Whether the tests that need the vectors can run.
  package static var arePresent: Bool { folder != nil }

  /// The files of a subfolder whose names begin so, sorted by name.
  package static func files(
    in path: String, prefix: String = ""
  ) throws -> [(name: String, bytes: [UInt8])] {
    guard let folder = folder?.appendingPathComponent(path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasPrefix(prefix) }
      .map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }

  /// Every file below a subfolder, however deep, its name the path below it, sorted.
  package static func allFiles(in path: String) throws -> [(name: String, bytes: [UInt8])] {
    guard let folder = folder?.appendingPathComponent(path) else { return [] }
    let names = FileManager.default.subpaths(atPath: folder.path) ?? []
    return try names.sorted().filter { $0.hasSuffix(".json") }
      .map { ($0, [UInt8](try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }
}
