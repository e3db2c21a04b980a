internal import CanonicalJSON

/// Takes into a policy what it extends, so that it stands alone.
///
/// The rules of those it extends come first, in their order, less those it leaves out; a rule of its
/// own replaces theirs of the same id and kind. What a document names is found by `document`: a
/// built-in policy or a file, as the caller has it.
package struct PolicySource {
  /// The longest chain of policies, each extending the next.
  package static let deepest = 8
  /// The most documents read for one policy.
  package static let most = 32

  private let document:
    (String, _ from: String) throws(DocumentError) -> (name: String, bytes: [UInt8])?
  private var chain: [String] = []
  private var read = 0

  /// A source that finds documents.
  ///
  /// - Parameter document: the full name and the text of what a policy (the second argument, itself a
  ///   full name; empty for the command line) calls so; nil where there is none.
  package init(
    _ document:
      @escaping (String, _ from: String) throws(DocumentError) -> (
        name: String, bytes: [UInt8]
      )?
  ) {
    self.document = document
  }

  /// The policy of a name, resolved.
  package mutating func policy(named name: String) throws(DocumentError) -> ContactPolicy {
    try policy(named: name, from: "", path: "$")
  }

  private mutating func policy(
    named name: String, from: String, path: String
  ) throws(DocumentError) -> ContactPolicy {
    guard let found = try document(name, from) else {
      throw DocumentError(
        .unknownPolicy, path, value: name, expected: "a built-in policy or a file that is there")
    }
    guard !chain.contains(found.name) else {
      throw DocumentError(
        .cycle, path, value: (chain + [found.name]).joined(separator: " > "),
        expected: "policies that do not lead back to themselves")
    }
    read += 1
    guard chain.count < Self.deepest, read <= Self.most else {
      throw DocumentError(
        .tooDeep, path, value: name,
        expected: "at most \(Self.deepest) policies in a chain, \(Self.most) in all")
    }
    chain.append(found.name)
    defer { chain.removeLast() }
    var policy = try ContactPolicy(parsing: found.bytes.span)
    var inherited: [PolicyRule] = []
    var templates: [PolicyTemplate] = []
    for (place, base) in policy.extends.enumerated() {
      let base = try self.policy(named: base, from: found.name, path: "$.extends[\(place)]")
      Self.merge(base.rules, into: &inherited)
      Self.merge(base.templates, into: &templates)
    }
    for (place, id) in policy.without.enumerated() {
      guard inherited.contains(where: { $0.id == id }) else {
        throw DocumentError(
          .unknownRule, "$.without[\(place)]", value: id,
          expected: "a rule of what it extends",
          nearest: nearest(to: id, among: inherited.map(\.id)))
      }
      inherited.removeAll { $0.id == id }
    }
    Self.merge(policy.rules, into: &inherited)
    Self.merge(policy.templates, into: &templates)
    policy.rules = inherited
    policy.templates = templates
    policy.extends = []
    policy.without = []
    return policy
  }

  private static func merge(_ rules: [PolicyRule], into all: inout [PolicyRule]) {
    for rule in rules {
      let place = all.firstIndex { $0.id == rule.id && $0.test.kind == rule.test.kind }
      if let place { all[place] = rule } else { all.append(rule) }
    }
  }

  private static func merge(_ templates: [PolicyTemplate], into all: inout [PolicyTemplate]) {
    for template in templates {
      let place = all.firstIndex { $0.id == template.id }
      if let place { all[place] = template } else { all.append(template) }
    }
  }
}
