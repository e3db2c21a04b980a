import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Projections
import Testing
import Vault

@testable import quipu

/// A portal over a ledger of its own, asked through the whole dispatch: S-1 (document 99123456) owes A-1 and
/// A-2, S-2 (document 99654321) owes B-1, and S-3 (document 99777777) was erased.
final class PortalDesk: Sendable {
  static let today = "2025-03-05"
  static let browser = "Mozilla/5.0 (a phone)"
  let ledger: TemporaryLedger
  let service: Service
  /// What the ledger held before anybody came.
  let size: Int64

  var portal: Portal {
    guard let portal = service.portal else { preconditionFailure("it is a portal") }
    return portal
  }

  /// A portal whose ledger is made ready by `prepare` before it opens.
  init(_ prepare: (TemporaryLedger) throws -> Void = { _ in }) throws {
    ledger = try TemporaryLedger()
    try ledger.addIdentities()
    let other = DraftLine.opened("B-1", principal: 55_555)
      .replacing(#""subject":"S-1""#, with: #""subject":"S-2""#)
    try ledger.record([
      DraftLine.registered("S-1", "99123456"), DraftLine.registered("S-2", "99654321"),
      DraftLine.registered("S-3", "99777777"),
      DraftLine.opened("A-1"), DraftLine.opened("A-2", principal: 20_000), other,
      DraftLine.paid("A-1", "p-1"), DraftLine.paid("A-2", "p-2"),
    ])
    let erased = try ledger.run("erase S-3 --as ana --approve-as eva")
    try #require(erased.exit == 0, "\(erased.errors)")
    try prepare(ledger)
    let actor = try #require(Actor(id: "service", kind: .system, role: "recorder"))
    let today = try #require(CivilDate(Self.today))
    let number = try LedgerIdentity.read(directory: ledger.path).ledger
    let settings = ["XDG_CONFIG_HOME": ledger.folder + "/config"]
    let places = try #require(KeyPlaces(ledger: number) { settings[$0] })
    let intake = try Intake(
      opening: ledger.path, by: actor, at: WallClock.now(), today: today,
      vault: SubjectVault.Settings(places: places))
    let view = try LedgerView(opening: ledger.path)
    var model = ReadModel()
    try view.advance(&model, to: view.size)
    let books = try LiveBooks(model, of: view, at: ledger.path, today: today)
    intake.onDurable = { books.grow($0) }
    service = Service(
      ledger: ledger.path, books: books,
      writer: EventWriter(intake, metrics: Metrics(), today: { today }), table: .portal,
      portal: Portal(
        ledger.path, lender: "Caja Andina",
        // A test may wait longer for its turn than a visitor may be idle.
        sessions: PortalSessions(idle: PortalSessions.lifetime)))
    size = books.size
  }

  /// A link for a person, good for so many milliseconds.
  func link(_ subject: String = "S-1", for span: Int64 = 3_600_000) throws -> String {
    let now = WallClock.now()
    return try portal.links.make(
      for: subject, by: "ana", at: now, until: Instant(milliseconds: now.milliseconds + span)
    ).text
  }

  func ask(
    _ method: String, _ target: String, form: String = "", cookie: String? = nil,
    browser: String = PortalDesk.browser, from peer: String = "192.0.2.7", isSecure: Bool = false,
    site: String = "same-origin"
  ) async -> HTTPResponse {
    var request = PendingRequest(target, from: Connection(peer, socket: -1, seconds: 10)).request
    request.method = method
    request.isSecure = isSecure
    var headers = ["user-agent": browser, "sec-fetch-site": site]
    if let cookie { headers["cookie"] = cookie }
    if method == "POST" { headers["content-type"] = "application/x-www-form-urlencoded" }
    request.headers = HTTPHeaders(headers)
    request.body = Array(form.utf8)
    let admission = service.admit(request)
    if let now = service.answerNow(request, admission) { return now }
    let asked = request
    return await withCheckedContinuation { continuation in
      service.answerLater(asked, admission) { continuation.resume(returning: $0()) }
    }
  }

  /// What showing a link and a document gets.
  func enter(
    _ link: String, _ document: String, from peer: String = "192.0.2.7", isSecure: Bool = false
  ) async -> HTTPResponse {
    await ask(
      "POST", "/enter", form: "link=\(link)&document=\(document)", from: peer, isSecure: isSecure)
  }

  /// The cookie of a new session.
  func session(_ subject: String = "S-1", _ document: String = "99123456") async throws -> String {
    let response = await enter(try link(subject), document)
    try #require(response.status == 303)
    return try #require(response.header("Set-Cookie")?.split(separator: ";").first.map(String.init))
  }

  /// An event of the ledger.
  func event(_ seq: Int64) throws -> JSONValue {
    let view = try LedgerView(opening: ledger.path)
    return try JSONValue(
      parsing: String(decoding: try view.line(seq), as: UTF8.self), as: .json)
  }

  /// The last event of the ledger.
  func lastRecorded() throws -> JSONValue? {
    try event(try LedgerView(opening: ledger.path).size - 1)
  }

  /// What was recorded since the portal opened.
  func events() throws -> [JSONValue] {
    let view = try LedgerView(opening: ledger.path)
    return try (size..<view.size).map { seq in
      try JSONValue(parsing: String(decoding: try view.line(seq), as: UTF8.self), as: .json)
    }
  }

  /// Its types.
  func recorded() throws -> [String] { try events().map { $0["type"]?.stringValue ?? "" } }
}

extension HTTPResponse {
  /// The whole body as a text.
  var text: String { String(decoding: wholeBody, as: UTF8.self) }
}
