internal import Collections
internal import Glibc
internal import Ledger
internal import Projections

/// Where policies come from: the program, a file, or a ledger that adopted them.
enum PolicyDocuments {
  /// The documents that come with the program, by the name a command line gives.
  private static var builtIn: [(name: String, bytes: [UInt8])] {
    [
      ("house", PackageResources.house_json), ("pe", PackageResources.pe_json),
      ("uk-conc", PackageResources.uk_conc_json), ("us-regf", PackageResources.us_regf_json),
    ]
  }

  /// Their names, sorted.
  static var builtInNames: [String] { builtIn.map(\.name) }

  /// What stands before the id of a policy that a ledger adopted.
  static let adoptedPrefix = "adopted:"

  /// The policy a name means, what it extends taken in: a built-in one, else a file.
  ///
  /// Throws ``Failure``: exit 4 where there is no such file, 3 for one that is refused.
  static func policy(named name: String) throws(Failure) -> ContactPolicy {
    var source = PolicySource { name, from throws(DocumentError) in
      if let found = builtIn.first(where: { $0.name == name }) { return found }
      let folder = from.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      let isRelative = !name.hasPrefix("/") && from.hasPrefix("/")
      return try file(isRelative ? (folder + [Substring(name)]).joined(separator: "/") : name)
    }
    do {
      return try source.policy(named: name)
    } catch {
      throw Failure(error, in: name)
    }
  }

  /// A file's one name in the file system and its bytes, one more than a policy may have at most; nil
  /// if it is not there.
  private static func file(_ path: String) throws(DocumentError) -> (name: String, bytes: [UInt8])?
  {
    func failure() -> DocumentError {
      DocumentError(.unreadable, "$", value: path, expected: "a file: \(systemReason(errno))")
    }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure()
    }
    defer { close(descriptor) }
    guard let name = unsafe realpath(path, nil) else { throw failure() }
    defer { unsafe free(name) }
    var bytes = [UInt8](repeating: 0, count: ContactPolicy.longestDocument + 1)
    var end = 0
    while end < bytes.count {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress?.advanced(by: end), buffer.count - end)
      }
      if count == 0 { break }
      if count > 0 {
        end += count
      } else if errno != EINTR {
        throw failure()
      }
    }
    bytes.removeSubrange(end...)
    return (unsafe String(cString: name), bytes)
  }
}

extension Failure {
  /// A policy document that cannot be used; where it is not there, the built-in ones are named.
  init(_ error: DocumentError, in document: String) {
    let isUnknown = error.code == .unknownPolicy
    var error = error
    if isUnknown, error.nearest == nil {
      error.nearest = nearest(to: error.value, among: PolicyDocuments.builtInNames)
    }
    let refused = Failure(error, of: Text("the policy", "la política"), in: document)
    let isMissing = error.code == .unreadable || isUnknown && error.path == "$"
    guard isMissing else {
      self = refused
      return
    }
    let builtIn = PolicyDocuments.builtInNames.joined(separator: ", ")
    self.init(
      .inputOutput, refused.code, refused.message,
      refused.details + [Detail("builtIn", builtIn)])
  }
}

extension Invocation {
  /// The policy that a name means: `adopted:ID` is the one in force in the ledger on a day, any other a
  /// built-in one or a file.
  func policy(
    named name: String, in model: @autoclosure () throws -> ReadModel, on day: CivilDate,
    knownAt size: Int64
  ) throws -> ContactPolicy {
    guard name.hasPrefix(PolicyDocuments.adoptedPrefix) else {
      return try PolicyDocuments.policy(named: name)
    }
    let id = String(name.dropFirst(PolicyDocuments.adoptedPrefix.count))
    let adopted = AdoptedPolicies(try model(), knownAt: size)
    report(adopted.unreadable)
    let place = adopted.inForce(on: day, before: size).first {
      adopted.adoptions[$0].policy.id == id
    }
    guard let place else { throw Failure.notAdopted(id, adopted.ids, on: day) }
    return adopted.adoptions[place].policy
  }

  /// Says which policies cannot be judged by.
  func report(_ unreadable: [(policy: String, seq: Int64, reason: String)]) {
    for policy in unreadable {
      console.warn(
        "policy_unreadable",
        Text(
          "policy \(policy.policy), adopted at seq \(policy.seq), is not judged by: \(policy.reason)",
          "no se juzga por la política \(policy.policy), adoptada en seq \(policy.seq): \(policy.reason)"
        ),
        [Failure.Detail("policy", policy.policy), Failure.Detail("seq", policy.seq)])
    }
  }
}

extension Failure {
  /// No policy of that id is in force.
  static func notAdopted(_ id: String?, _ ids: [String], on day: CivilDate) -> Failure {
    var details = [
      Failure.Detail("date", day.text),
      Failure.Detail("adopted", ids.isEmpty ? "-" : ids.joined(separator: ", ")),
    ]
    if let id { details.append(Failure.Detail("value", id)) }
    details.append(
      Failure.Detail(
        "expected",
        "`quipu policy adopt \(id ?? "pe")` first, or --policy NAME to ask under one that is not"))
    return Failure(
      .refused, "no_policy",
      Text("no policy is in force on \(day.text)", "ninguna política rige el \(day.text)"), details)
  }
}
