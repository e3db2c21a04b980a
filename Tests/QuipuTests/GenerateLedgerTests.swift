import Foundation
import Testing

/// A generated portfolio in a real ledger: nothing is refused, and the closed accounts owe nothing.
@Suite struct GenerateLedgerTests {
  @Test func aLedgerTakesEveryDraftAndClosedAccountsOweNothing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "generate-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try Program.bash(
      """
      set -eo pipefail; cd "$folder"; export HOME="$folder"
      "$quipu" init --ledger L --name t --currency PEN --time-zone America/Lima --jurisdiction PE
      "$quipu" generate --accounts 150 --months 12 --seed 6 --start 2024-03-01 --out drafts
      "$quipu" record drafts --ledger L > receipts
      "$quipu" replay --ledger L --on 2025-02-28 --out R --format csv
      """, environment: ["folder": folder.path()])
    #expect(run.exit == 0, "\(run.errors)")

    func lines(_ name: String) throws -> [String] {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      return text.split(separator: "\n").map(String.init)
    }
    #expect(try lines("receipts").count == lines("drafts").count)

    let accounts = try lines("R/accounts.csv").map { $0.components(separatedBy: ",") }
    let header = try #require(accounts.first)
    let status = try #require(header.firstIndex(of: "status"))
    let outstanding = try #require(header.firstIndex(of: "outstanding"))
    #expect(accounts.count == 151)
    let closed = accounts.dropFirst().filter { $0[status] == "closed" }
    #expect(closed.count > 5)
    for row in closed { #expect(row[outstanding] == "0", "\(row)") }
  }
}
