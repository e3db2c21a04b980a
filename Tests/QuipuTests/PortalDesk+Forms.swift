import CanonicalJSON
import Foundation
import Ledger
import Testing

@testable import quipu

// Forms filled in and sent, and what others record meanwhile.
extension PortalDesk {
  /// The fields that go along unseen with the form of a page.
  static func hiddenFields(of page: HTTPResponse) -> [(String, String)] {
    page.text.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)"/).map {
      (String($0.1), String($0.2).replacing("&amp;", with: "&"))
    }
  }

  /// Fields as a browser sends them.
  static func body(_ fields: [(String, String)]) -> String {
    fields.map { name, value in
      let coded = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      return "\(name)=\(coded)"
    }.joined(separator: "&")
  }

  /// Opens a form's page, fills it in and sends it.
  func send(
    _ path: String, _ fields: [(String, String)], cookie: String, language: String = "en"
  ) async throws -> HTTPResponse {
    let target = path + (path.contains("?") ? "&" : "?") + "lang=\(language)"
    let page = await ask("GET", target, cookie: cookie)
    try #require(page.status == 200, "\(path): \(page.text)")
    let hidden = Self.hiddenFields(of: page).filter { one in !fields.contains { $0.0 == one.0 } }
    return await ask("POST", target, form: Self.body(hidden + fields), cookie: cookie)
  }

  /// Has others' events recorded while the portal is open.
  func record(_ lines: [String]) async throws {
    let writer = try #require(service.writer)
    let drafts = try lines.map { line in
      let value = try JSONValue(parsing: line, as: .json)
      return try Draft(value, line: 0) { _ in value["key"]?.stringValue ?? "" }
    }
    let actor = try #require(Actor(id: "ana", kind: .person, role: "recorder"))
    let outcome = await withCheckedContinuation { continuation in
      writer.record(EventWriter.Submission(drafts: drafts, actor: actor, approval: nil)) {
        continuation.resume(returning: $0)
      }
    }
    guard case .recorded = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  /// What was recorded since she came in, without her visits.
  func acts() throws -> [String] { try recorded().filter { $0 != "PortalVisited" } }
}

extension DraftLine {
  /// That a person has to do with an account, and as what.
  static func linked(_ subject: String, _ account: String, as role: String) -> String {
    #"{"type":"SubjectLinked","stream":"subject/\#(subject)","effective":"2025-02-01","#
      + #""key":"link:\#(subject):\#(account):\#(role)","#
      + #""data":{"account":"\#(account)","role":"\#(role)"}}"#
  }
}
