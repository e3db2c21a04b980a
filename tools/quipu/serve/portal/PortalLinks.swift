internal import Collections
internal import Dispatch
internal import EventStore
internal import Ledger
internal import Synchronization

/// Links by which one person each enters the portal, once, until a moment.
///
/// A link is 256 random bits. What is kept of it is in ``PortalLinkFolder``.
final class PortalLinks: Sendable {
  /// What is known of a link.
  struct Link: Equatable, Sendable {
    let subject: String
    /// Who made it.
    let by: String
    let made: Instant
    let expires: Instant
    /// When the second fact was right.
    var spent: Instant?
    /// When somebody took it back.
    var revoked: Instant?
    /// How often the second fact was wrong.
    var tries: Int64 = 0

    /// What has become of it.
    enum State: String, CaseIterable {
      case alive, spent, revoked, tried, expired
    }

    func state(at now: Instant) -> State {
      if spent != nil { return .spent }
      if revoked != nil { return .revoked }
      if tries >= PortalLinks.mostTries { return .tried }
      return now < expires ? .alive : .expired
    }

    /// Whether it can go: nobody asks about it any more. One that was revoked, or tried too often, is told
    /// of until it would have been over.
    func canGo(at now: Instant) -> Bool { spent != nil || expires <= now }
  }

  /// Wrong second facts after which a link is dead.
  static let mostTries: Int64 = 5
  /// The figures of a link's name that tell it from others.
  static let shortName = 16

  private let folder: PortalLinkFolder
  /// Links of which a try is not in their files yet, by name. Whatever has no place here is as its file says.
  private let unwritten = Mutex<[String: Link]>([:])
  /// Where files are written, one after the other: nobody who tries a link waits here.
  let writing = DispatchQueue(label: "portal links")

  init(_ ledger: String) { folder = PortalLinkFolder(ledger) }

  /// Makes a link for a person; gives its text, which is kept nowhere, and its name. Throws ``LogError`` `io`.
  func make(
    for subject: String, by name: String, at now: Instant, until expires: Instant
  ) throws -> (text: String, name: String) {
    let text = Hexadecimal.text(try SystemDisk().randomBytes(32))
    let link = Digest(hashing: text).hex
    try folder.write(Link(subject: subject, by: name, made: now, expires: expires), as: link)
    return (text, link)
  }

  /// Tries a link with the people the second fact led to; it is spent, on the disk, when this gives it.
  ///
  /// Nil alike where there is none, it is over, or the fact is another's, which counts against it from
  /// then on, and on the disk after ``keep(_:_:)``: nothing is waited for. Throws what kept it from being
  /// spent; then it is not.
  func enter(_ text: String, as people: [String], at now: Instant) throws -> Link? {
    let name = Digest(hashing: text).hex
    let entered = unwritten.withLock { unwritten -> Link? in
      let found = unwritten[name] ?? folder.read(name)
      let wanted = Array(Digest(hashing: found?.subject ?? "").bytes)
      var isHers = false
      for person in people where LibCrypto.areEqual(Array(Digest(hashing: person).bytes), wanted) {
        isHers = true
      }
      guard var link = found, link.state(at: now) == .alive else { return nil }
      if isHers { link.spent = now } else { link.tries += 1 }
      unwritten[name] = link
      return isHers ? link : nil
    }
    guard let entered else { return nil }
    do {
      // Another process may have revoked it meanwhile.
      let kept = try writing.sync { try writeDown(name) }
      return kept?.spent == entered.spent ? entered : nil
    } catch {
      unwritten.withLock { $0[name]?.spent = nil }
      throw error
    }
  }

  /// Whether a link still leads somewhere, whoever tries it.
  func isAlive(_ text: String, at now: Instant) -> Bool {
    let name = Digest(hashing: text).hex
    return unwritten.withLock { $0[name] ?? folder.read(name) }?.state(at: now) == .alive
  }

  /// Has it kept on the disk how often a link was tried, soon; nothing for what is none. `failed` is told
  /// why it could not be: then it is remembered, and kept with the next try.
  func keep(_ text: String, _ failed: @escaping @Sendable (any Error) -> Void) {
    let name = Digest(hashing: text).hex
    writing.async { [self] in
      do { _ = try writeDown(name) } catch { failed(error) }
    }
  }

  /// Writes a link as it was tried, if it was; on ``writing`` alone. Gives it as its file has it then.
  private func writeDown(_ name: String) throws -> Link? {
    guard let tried = unwritten.withLock({ $0[name] }) else { return folder.read(name) }
    let kept = try folder.alone { () -> Link? in
      guard var link = folder.read(name) else { return nil }
      link.tries = max(link.tries, tried.tries)
      if link.revoked == nil, link.spent == nil { link.spent = tried.spent }
      try folder.write(link, as: name)
      return link
    }
    unwritten.withLock { unwritten in
      if unwritten[name] == tried { unwritten[name] = nil }
    }
    return kept
  }
}

// What an operator sees of them, also while a service uses them.
extension PortalLinks {
  /// Every link there is, by its name. Throws ``LogError``.
  func all() throws -> [(name: String, link: Link)] {
    try folder.names().compactMap { name in folder.read(name).map { (name, $0) } }
  }

  /// Takes a link back: from then on it is answered as no link is. Gives it as it is then; one that was
  /// over stays as it was. Nil where there is none. Throws ``LogError``.
  func revoke(_ name: String, at now: Instant) throws -> Link? {
    guard folder.read(name) != nil else { return nil }
    return try folder.alone {
      guard var link = folder.read(name) else { return nil }
      guard link.state(at: now) == .alive else { return link }
      link.revoked = now
      try folder.write(link, as: name)
      return link
    }
  }

  /// Takes away the files of links that can go, of those asked about; gives how many. Throws ``LogError``.
  func sweep(at now: Instant, _ isAsked: (Link) -> Bool = { _ in true }) throws -> Int {
    var count = 0
    for (name, link) in try all() where link.canGo(at: now) && isAsked(link) {
      try folder.alone {
        guard let link = folder.read(name), link.canGo(at: now) else { return }
        try folder.remove(name)
        count += 1
      }
    }
    return count
  }
}
