import Foundation
import Testing

/// The built program, run as a user runs it.
enum Program {
  /// How a run ended.
  struct Outcome {
    let exit: Int32
    let wasKilled: Bool
    let output: String
    let errors: String
  }

  /// Where the build put the program: beside the test bundle.
  static var path: String {
    get throws {
      var places = [ProcessInfo.processInfo.arguments[0]]
      let arguments = ProcessInfo.processInfo.arguments
      if let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count {
        places.append(arguments[flag + 1])
      }
      for place in places {
        let folder = URL(filePath: place).deletingLastPathComponent()
        let program = folder.appending(path: "quipu").path()
        if FileManager.default.isExecutableFile(atPath: program) { return program }
      }
      throw NotFound(places: places)
    }
  }

  /// Tells where the program was looked for in vain.
  struct NotFound: Error { let places: [String] }

  /// Runs it with words separated by blanks, in English unless the environment says otherwise.
  static func run(_ line: String, environment: [String: String] = [:]) throws -> Outcome {
    try run(line.split(separator: " ").map(String.init), environment: environment)
  }

  /// Runs it with exactly these words.
  static func run(_ words: [String], environment: [String: String] = [:]) throws -> Outcome {
    try execute(path, words, environment: environment)
  }

  /// Runs a line of bash in which `$quipu` is the program.
  static func bash(_ script: String, environment: [String: String] = [:]) throws -> Outcome {
    let environment = try environment.merging(["quipu": path]) { given, _ in given }
    return try execute("/bin/bash", ["-c", script], environment: environment)
  }

  /// What `tools/test --sanitize` tells the sanitizers, the program's own as well.
  private static let sanitizerOptions =
    ProcessInfo.processInfo.environment.filter { $0.key.hasSuffix("SAN_OPTIONS") }

  private static func execute(
    _ program: String, _ words: [String], environment: [String: String]
  ) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "quipu-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files rather than pipes: neither can fill up while the other is read.
    let output = folder.appending(path: "output")
    let errors = folder.appending(path: "errors")
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = words
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
      .merging(sanitizerOptions) { $1 }.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      exit: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}
