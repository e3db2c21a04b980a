internal import Collections
internal import Glibc
internal import Ledger
internal import Projections

/// Where models come from: a file, or a ledger that registered them.
enum ModelDocuments {
  /// The model of a file, `-` for standard input; no more of it is read than a model may have.
  ///
  /// Throws ``Failure``: exit 4 where it cannot be read, 3 for one that is refused.
  static func model(in path: String) throws -> ScoringModel {
    let bytes = try OutputFile.read(path, atMost: ScoringModel.longestDocument + 1)
    do {
      return try ScoringModel(parsing: bytes.span)
    } catch {
      throw Failure(error, of: Text("the model", "el modelo"), in: path)
    }
  }
}

extension OutputFile {
  /// The first bytes of a file, or of standard input for `-`.
  static func read(_ path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
    let descriptor = try open(path)
    defer { if path != "-" { close(descriptor) } }
    var bytes = [UInt8](repeating: 0, count: limit)
    var end = 0
    while end < limit {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: end), limit - end)
      }
      if count == 0 { break }
      if count > 0 {
        end += count
      } else if errno != EINTR {
        throw failure(errno, path)
      }
    }
    bytes.removeSubrange(end...)
    return bytes
  }
}

extension Failure {
  /// A document that is refused: `what` it is, as `the model`.
  init(_ error: DocumentError, of what: Text, in document: String) {
    var details = [Detail("file", document)]
    if error.path != "$" { details.append(Detail("field", error.path)) }
    if !error.value.isEmpty, error.value != document {
      details.append(Detail("value", error.value))
    }
    details.append(Detail("expected", error.expected))
    if let nearest = error.nearest { details.append(Detail("nearest", nearest)) }
    self.init(
      .refused, error.code.rawValue,
      what + Text(" cannot be used", " no se puede usar"), details)
  }

  /// No model of that name was registered, or not that version.
  static func unknownModel(
    _ name: String, _ version: Int64?, of models: RegisteredModels
  ) -> Failure {
    let versions = models.entries.filter { $0.name == name }
    let what = version.map { "\(name) \($0)" } ?? name
    var details = [Detail("value", what)]
    if versions.isEmpty {
      let names = models.names
      details.append(
        Detail(
          "expected",
          names.isEmpty ? "`quipu model register FILE` first" : names.joined(separator: ", ")))
      if let near = nearest(to: name, among: names) { details.append(Detail("nearest", near)) }
      return Failure(
        .refused, "unknown_model",
        Text("no model \(what) is registered", "no hay un modelo \(what) registrado"), details)
    }
    if version == nil {
      details.append(Detail("expected", "a version in use, or --version to name one"))
      return Failure(
        .refused, "model_retired",
        Text("every version of \(name) was retired", "toda versión de \(name) fue retirada"),
        details)
    }
    details.append(
      Detail("expected", versions.map { "\($0.version)" }.joined(separator: ", ")))
    return Failure(
      .refused, "unknown_model",
      Text("no model \(what) is registered", "no hay un modelo \(what) registrado"), details)
  }
}

extension RegisteredModels {
  /// The version of a model that is meant: the one named, else the highest in use.
  ///
  /// Throws ``Failure``: `unknown_model`, `model_retired`, `model_unreadable`, exit 3.
  func model(
    _ name: String, version: Int64?
  ) throws(Failure) -> (entry: Entry, model: ScoringModel) {
    guard let entry = entry(name, version: version) else {
      throw Failure.unknownModel(name, version, of: self)
    }
    guard let model = entry.model else {
      throw Failure(
        .refused, "model_unreadable",
        Text(
          "model \(entry.name) \(entry.version), registered at seq \(entry.seq), cannot be read",
          "no se puede leer el modelo \(entry.name) \(entry.version), registrado en seq \(entry.seq)"
        ),
        [Failure.Detail("found", entry.reason)])
    }
    return (entry, model)
  }
}
