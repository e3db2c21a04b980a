internal import CanonicalJSON
package import Collections
package import EventStore

// What a package of evidence needs of the ledger's writer: a signature over all there is, the receipts of
// erasures, and a record of the export itself.
extension Intake {
  /// A checkpoint over every event, and the key that checks it. Throws ``LogError``.
  package func signedCheckpoint() throws(LogError) -> (checkpoint: Checkpoint, key: VerifierKey) {
    let checkpoint = try log.checkpoint()
    let signer = checkpoint.signers(among: log.keys.all)?.last { $0.kind == .signature }
    guard let signer else {
      throw LogError(.invalidKey, "no key of the ledger signed its checkpoint")
    }
    return (checkpoint, signer)
  }

  /// A signed note of a text, by the log's own key: what vouches for a folder. Throws ``LogError``.
  package func signedNote(of text: String) throws(LogError) -> [UInt8] {
    try log.signed(text).bytes
  }

  /// The receipts of the erasures among some events, by file name, where they are still kept.
  package func receipts(
    of events: [EvidenceEvent]
  ) throws(LogError) -> [(name: String, bytes: [UInt8])] {
    let digests = Set(
      events.filter { $0.type == .subjectErased }.compactMap { $0.data["receipt"]?.stringValue })
    if digests.isEmpty { return [] }
    return try ErasureReceipts(directory, on: disk).all().filter {
      digests.contains(Digest(hashing: $0.bytes.span).hex)
    }
  }

  /// Records that a package was handed over, under the digest of its sums; durable when it returns.
  ///
  /// - Parameters:
  ///   - digest: SHA-256 of the package's `SHA256SUMS`, in hexadecimal.
  ///   - scope: what the package is about.
  ///   - recipient: whom it is for; what is longer than the field is cut.
  ///   - grant: who made it.
  ///   - now: when.
  ///   - today: the civil date in the ledger's zone.
  /// - Throws: ``Refusal``: `not_permitted`, and what kept the log from being written.
  package func recordExport(
    of digest: String, about scope: EvidenceScope, to recipient: String, by grant: Grant,
    at now: Instant, today: CivilDate
  ) throws(Refusal) {
    try grant.require(.exportEvidence)
    guard let actor = grant.actor else { return }
    let stream =
      switch scope {
      case .subject(let id): "subject/\(id)"
      case .account(let id): "account/\(id)"
      case .request, .period: identity.stream
      }
    let event = PendingEvent(
      type: EventType.evidenceExported.name,
      version: EventType.evidenceExported.declaration.version, stream: stream,
      key: "evidence:\(digest)", effective: today.text, actor: actor.canonical,
      data: JSONValue.object([
        "recipient": .string(String(recipient.prefix(120))), "sha256": .string(digest),
      ]).canonicalBytes)
    try recordOwn([event], at: now)
  }
}
