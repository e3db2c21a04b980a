import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing
import Vault

/// A ledger on the machine's own disk, with a vault, its outer keys beside it; gone with its owner.
final class RealLedger {
  static let number = String(repeating: "0b", count: 16)

  let folder: String
  let actor: Actor
  var path: String { folder + "/ledger" }
  var places: KeyPlaces {
    KeyPlaces(master: folder + "/keys/master.key", epochs: folder + "/keys/epochs")
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "quipu-real-\(UUID())").path()
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    actor = try #require(Actor(id: "u-1", kind: .person, role: "agent"))
    let identity = LedgerIdentity(
      ledger: Self.number, origin: "test.example/ledger", currency: "PEN",
      timeZone: "America/Lima", jurisdiction: "PE")
    _ = try EventLog.create(
      directory: path, identity: identity, at: SimulatedLedger.start.text,
      effective: SimulatedLedger.today.text, actor: actor.canonical,
      settings: EventLog.Settings(ballastSize: 0))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func open(capacity: Int = 65_536) throws(LogError) -> Intake {
    try Intake(
      opening: path, by: actor, at: SimulatedLedger.start, today: SimulatedLedger.today,
      settings: EventLog.Settings(ballastSize: 0),
      vault: SubjectVault.Settings(places: places, epochCapacity: capacity))
  }

  /// Judges a draft; its refusal is thrown.
  @discardableResult
  func accept(_ line: String, _ intake: Intake) throws(Refusal) -> Intake.Decision {
    let draft = try Draft(line: Array(line.utf8), number: 1, of: "drafts")
    return try intake.accept(draft, by: actor, today: SimulatedLedger.today)
  }

  /// Records drafts that must be taken.
  func record(_ lines: [String], capacity: Int = 65_536) throws {
    let intake = try open(capacity: capacity)
    for line in lines { try accept(line, intake) }
    try intake.commit(at: { SimulatedLedger.start }, { _ in true })
  }

  /// The bytes of every file in the ledger's directory, by their paths.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      if let bytes = FileManager.default.contents(atPath: path + "/" + name) { files[name] = bytes }
    }
    return files
  }
}

/// Drafts about persons.
enum PersonDraft {
  static func registered(
    _ subject: String, name: String = "Juana Quispe Mamani", document: String = "45678901"
  ) -> String {
    #"{"type":"SubjectRegistered","stream":"subject/\#(subject)","key":"reg:\#(subject)","#
      + #""effective":"2025-04-10","data":{"subject":"\#(subject)","identity":{"name":"\#(name)","#
      + #""documentType":"DNI","document":"\#(document)"},"region":"Lima"}}"#
  }

  static func asksForErasure(_ subject: String, _ request: String) -> String {
    #"{"type":"RequestReceived","stream":"subject/\#(subject)","key":"ask:\#(subject)","#
      + #""effective":"2025-04-10","data":{"request":"\#(request)","right":"cancellation","#
      + #""via":"letter","dueOn":"2025-04-28"}}"#
  }

  static func point(_ subject: String, _ point: String, _ kind: String, _ value: String) -> String {
    #"{"type":"ContactPointAdded","stream":"subject/\#(subject)","key":"pt:\#(subject):\#(point)","#
      + #""effective":"2025-04-10","data":{"point":"\#(point)","kind":"\#(kind)","value":"\#(value)","#
      + #""source":"debtor","agreed":true,"localZone":"America/Lima"}}"#
  }

  static func opened(_ account: String, of subject: String) -> String {
    #"{"type":"AccountOpened","stream":"account/\#(account)","key":"open:\#(account)","#
      + #""effective":"2025-04-10","data":{"account":"\#(account)","subject":"\#(subject)","#
      + #""creditor":"bank","product":"consumer","currency":"PEN","items":[]}}"#
  }

  static func paid(_ account: String, _ payment: String, payer: String) -> String {
    #"{"type":"PaymentReceived","stream":"account/\#(account)","key":"pay:\#(payment)","#
      + #""effective":"2025-04-11","data":{"payment":"\#(payment)","amount":500,"currency":"PEN","#
      + #""method":"cash","payer":"\#(payer)"}}"#
  }

  static func unidentified(_ payment: String, payer: String) -> String {
    #"{"type":"UnidentifiedPaymentReceived","stream":"portfolio/unidentified","#
      + #""key":"un:\#(payment)","effective":"2025-04-11","data":{"payment":"\#(payment)","#
      + #""amount":700,"currency":"PEN","method":"transfer","payer":"\#(payer)"}}"#
  }

  static func identified(_ payment: String, _ account: String) -> String {
    #"{"type":"PaymentIdentified","stream":"portfolio/unidentified","key":"id:\#(payment)","#
      + #""effective":"2025-04-11","data":{"payment":"\#(payment)","account":"\#(account)"}}"#
  }
}
