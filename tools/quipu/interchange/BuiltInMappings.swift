internal import CanonicalJSON
internal import Glibc

extension Mapping {
  /// The documents that come with the program, by the name a command line gives.
  private static var builtInDocuments: [(name: String, bytes: [UInt8])] {
    [
      ("bank-statement", PackageResources.bank_statement_json),
      ("camt", PackageResources.camt_json),
      ("road-traffic-fines", PackageResources.road_traffic_fines_json),
    ]
  }

  /// The names of the mappings that come with the program, sorted.
  static var builtInNames: [String] { builtInDocuments.map(\.name).sorted() }

  /// A mapping that comes with the program; nil if none has this name.
  static func builtIn(_ name: String) throws(MappingError) -> Mapping? {
    guard let document = builtInDocuments.first(where: { $0.name == name }) else { return nil }
    return try Mapping(parsing: document.bytes)
  }

  /// The mapping a command line's argument means: a built-in name, else the path of a document.
  static func named(_ argument: String) throws(MappingError) -> Mapping {
    if let builtIn = try builtIn(argument) { return builtIn }
    guard let bytes = try contents(of: argument) else {
      throw MappingError(
        .notFound, argument,
        "is neither a file nor a built-in mapping; built in are: "
          + builtInNames.joined(separator: ", "))
    }
    return try Mapping(parsing: bytes)
  }

  /// Reads and checks the text of a mapping document.
  init(parsing bytes: [UInt8]) throws(MappingError) {
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes.span, as: .interoperable)
    } catch {
      throw MappingError(.invalidJSON, "$", "\(error.code.rawValue) at byte \(error.offset)")
    }
    try self.init(parsing: document)
  }

  /// A file's bytes; nil if it is not there.
  private static func contents(of path: String) throws(MappingError) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw MappingError(.unreadable, path, "cannot be read: \(systemReason(errno))")
    }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    do {
      var source = try ByteSource(descriptor)
      repeat {
        contents.append(contentsOf: source.chunk[source.position..<source.end])
      } while try source.refill()
    } catch {
      throw MappingError(.unreadable, path, error.detail[.english])
    }
    return contents
  }
}
