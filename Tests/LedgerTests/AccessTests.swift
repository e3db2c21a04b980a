import CanonicalJSON
import Collections
import EventStore
import Foundation
import Ledger
import Testing
import Vault

@Suite("Access: who may do what")
struct AccessTests {
  private static let now = SimulatedLedger.start

  /// Adds somebody and gives what his token permits.
  private func grant(
    _ ledger: RealLedger, _ name: String, _ role: Role, subjects: [String] = []
  ) throws -> Grant {
    var list = try IdentityList(of: ledger.path)
    var admin = Grant.nobody
    if !list.identities.isEmpty { admin = try AccessTests.admin(ledger) }
    let token = try list.add(name, role, subjects: subjects, by: admin)
    try Data(token.utf8).write(to: URL(filePath: ledger.folder + "/token-" + name))
    return try IdentityList(of: ledger.path).grant(to: name, token: token, at: Self.now)
  }

  static func admin(_ ledger: RealLedger) throws -> Grant {
    let token = try String(contentsOfFile: ledger.folder + "/token-root", encoding: .utf8)
    return try IdentityList(of: ledger.path).grant(to: "root", token: token, at: now)
  }

  @Test("the table of roles is the design's")
  func table() {
    let expected: [Role: Set<Permission>] = [
      .recorder: [.record, .keepBooks, .void], .reader: [.readProjections, .askContact],
      .agent: [.record, .askContact, .unseal, .invite],
      .auditor: [.readProjections, .readEvents, .askContact, .exportEvidence],
      .dpo: [
        .record, .keepBooks, .readProjections, .readEvents, .askContact, .unseal, .find, .erase,
        .exportEvidence, .adoptPolicy, .approve, .invite,
      ],
      .admin: [.manageIdentities, .manageKeys, .adoptPolicy, .approve],
    ]
    #expect(Set(expected.keys) == Set(Role.allCases))
    for role in Role.allCases { #expect(role.permissions == expected[role], "\(role)") }
    let sees: Set<Permission> = [.unseal, .find]
    for role in [Role.recorder, .reader, .auditor, .admin] {
      #expect(role.permissions.isDisjoint(with: sees), "\(role) sees no personal data")
    }
  }

  @Test("every role is allowed just what the table says, and nobody records and reads alone")
  func everyPair() throws {
    let ledger = try RealLedger()
    _ = try grant(ledger, "root", .admin)
    for role in Role.allCases {
      let subjects = role == .agent ? ["S-1"] : []
      let grant = try grant(ledger, "one-\(role)", role, subjects: subjects)
      for permission in Permission.allCases {
        let isAllowed = role.permissions.contains(permission)
        #expect(grant.allows(permission, of: "S-1") == isAllowed, "\(role) \(permission)")
        if isAllowed {
          try grant.require(permission, of: "S-1")
        } else {
          #expect(throws: Refusal("not_permitted")) { try grant.require(permission, of: "S-1") }
        }
      }
      #expect(grant.actor?.role == role.rawValue)
    }
    for permission in Permission.allCases {
      let isAllowed = [
        .record, .keepBooks, .void, .readProjections, .readEvents, .askContact,
      ].contains(permission)
      #expect(Grant.nobody.allows(permission, of: "S-1") == isAllowed)
    }
  }

  @Test("an agent reaches the people he serves and no others")
  func agents() throws {
    let ledger = try RealLedger()
    _ = try grant(ledger, "root", .admin)
    let agent = try grant(ledger, "ag", .agent, subjects: ["S-1"])
    #expect(agent.allows(.unseal, of: "S-1"))
    #expect(!agent.allows(.unseal, of: "S-2") && !agent.allows(.unseal))
    try ledger.record([PersonDraft.registered("S-1"), PersonDraft.registered("S-2")])
    let intake = try ledger.open()
    func unseal(_ seqs: [Int64], _ grant: Grant, _ purpose: String = "call") throws
      -> [UnsealedEvent]
    {
      try intake.unseal(seqs, for: purpose, by: grant, at: Self.now, today: SimulatedLedger.today)
    }
    #expect(try unseal([1], agent).first?.fields?["identity"]?["name"]?.stringValue != nil)
    #expect(intake.size == 4, "the access is recorded")
    for seqs: [Int64] in [[2], [1, 2]] {
      #expect(throws: Refusal("not_permitted")) { try unseal(seqs, agent) }
    }
    #expect(throws: Refusal("not_permitted")) { try unseal([1], .nobody) }
    #expect(throws: Refusal("no_purpose")) { try unseal([1], agent, "") }
    #expect(throws: Refusal("no_purpose")) { try unseal([1], agent, "../x") }
    #expect(throws: Refusal("unknown_event")) { try unseal([99], agent) }
    #expect(intake.size == 4, "what was refused is no access")
  }

  @Test("forged roles, wrong, revoked and expired tokens")
  func attackers() throws {
    let ledger = try RealLedger()
    #expect(throws: Refusal("first_is_admin")) { try grant(ledger, "x", .dpo) }
    let admin = try grant(ledger, "root", .admin)
    let reader = try grant(ledger, "rosa", .reader)
    var list = try IdentityList(of: ledger.path)
    for by in [reader, .nobody] {
      #expect(throws: Refusal("not_permitted")) { try list.add("y", .dpo, by: by) }
      #expect(throws: Refusal("not_permitted")) { try list.revoke("root", at: Self.now, by: by) }
    }
    for name in ["../x", "a/b", "", "rosa\n", String(repeating: "a", count: 65)] {
      #expect(throws: Refusal("not_an_id")) { try list.add(name, .reader, by: admin) }
      #expect(throws: Refusal("unknown_identity")) {
        try list.grant(to: name, token: "quipu_", at: Self.now)
      }
    }
    #expect(throws: Refusal("identity_exists")) { try list.add("rosa", .dpo, by: admin) }
    #expect(throws: Refusal("wrong_scope")) { try list.add("ag", .agent, by: admin) }
    #expect(throws: Refusal("wrong_scope")) {
      try list.add("z", .dpo, subjects: ["S-1"], by: admin)
    }
    #expect(throws: Refusal("last_admin")) { try list.revoke("root", at: Self.now, by: admin) }
    let end = SimulatedLedger.start
    let token = try list.add("brief", .dpo, expires: end, by: admin)
    #expect(throws: Refusal("token_expired")) {
      try list.grant(to: "brief", token: token, at: Self.now)
    }
    #expect(throws: Refusal("wrong_token")) {
      try list.grant(to: "root", token: token, at: Self.now)
    }
    let other = try list.add("gone", .dpo, by: admin)
    try list.revoke("gone", at: Self.now, by: admin)
    #expect(throws: Refusal("identity_revoked")) {
      try IdentityList(of: ledger.path).grant(to: "gone", token: other, at: Self.now)
    }
    // A role stated in a draft or by --actor is a claim, and opens nothing.
    let file = ledger.path + "/" + IdentityList.name
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(!text.contains(token) && !text.contains(other))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    #expect(throws: LogError(.damaged, "")) { try IdentityList(of: ledger.path) }
  }

  @Test("a second person is another one, with a role to approve")
  func secondPerson() throws {
    let ledger = try RealLedger()
    let admin = try grant(ledger, "root", .admin)
    let dpo = try grant(ledger, "ana", .dpo)
    let reader = try grant(ledger, "rosa", .reader)
    try dpo.requireApproval(by: admin)
    #expect(throws: Refusal("second_person_needed")) { try dpo.requireApproval(by: nil) }
    #expect(throws: Refusal("same_person")) { try dpo.requireApproval(by: dpo) }
    #expect(throws: Refusal("not_permitted")) { try dpo.requireApproval(by: reader) }
    #expect(throws: Refusal("not_permitted")) { try dpo.requireApproval(by: .nobody) }
  }

  @Test("a service is known by its token alone, records as a system and approves nothing")
  func services() throws {
    let ledger = try RealLedger()
    var list = try IdentityList(of: ledger.path)
    #expect(throws: Refusal("first_is_admin")) {
      try list.add("crm", .recorder, kind: .service, by: .nobody)
    }
    #expect(throws: Refusal("first_is_admin")) {
      try list.add("crm", .admin, kind: .service, by: .nobody)
    }
    let admin = try grant(ledger, "root", .admin)
    list = try IdentityList(of: ledger.path)
    #expect(throws: Refusal("not_for_services")) {
      try list.add("crm", .admin, kind: .service, by: admin)
    }
    for rate: Int64 in [-1, 0, 1_000_001] {
      #expect(throws: Refusal("wrong_rate")) {
        try list.add("crm", .recorder, kind: .service, rate: rate, by: admin)
      }
    }
    let token = try list.add("crm", .recorder, kind: .service, rate: 7, by: admin)
    let officer = try list.add("bot", .dpo, kind: .service, by: admin)
    #expect(throws: Refusal("identity_exists")) { try list.add("crm", .reader, by: admin) }
    for list in [list, try IdentityList(of: ledger.path)] {
      let found = try list.grant(token: token, at: Self.now)
      #expect(found.grant.name == "crm" && found.grant.role == .recorder && found.rate == 7)
      #expect(found.grant == (try list.grant(to: "crm", token: token, at: Self.now)))
      #expect(found.grant.actor == Actor(id: "crm", kind: .system, role: "recorder"))
      #expect(try list.grant(token: officer, at: Self.now).rate == Identity.standardRate)
    }
    let bot = try list.grant(token: officer, at: Self.now).grant
    #expect(bot.allows(.erase) && !bot.approves)
    #expect(throws: Refusal("not_permitted")) { try admin.requireApproval(by: bot) }
    // Each kind is revoked as what it is.
    #expect(throws: Refusal("unknown_identity")) { try list.revoke("crm", at: Self.now, by: admin) }
    try list.revoke("crm", kind: .service, at: Self.now, by: admin)
    #expect(throws: Refusal("identity_revoked")) { try list.grant(token: token, at: Self.now) }
    let again = try list.add("crm", .reader, by: admin)
    #expect(throws: Refusal("wrong_token")) { try list.grant(token: token, at: Self.now) }
    #expect(try list.grant(token: again, at: Self.now).grant.kind == .person)
  }

  @Test("a token alone: wrong, expired, or of a row that does not read")
  func tokensAlone() throws {
    let ledger = try RealLedger()
    let admin = try grant(ledger, "root", .admin)
    var list = try IdentityList(of: ledger.path)
    let brief = try list.add("brief", .reader, kind: .service, expires: Self.now, by: admin)
    #expect(throws: Refusal("token_expired")) { try list.grant(token: brief, at: Self.now) }
    let before = Instant(milliseconds: Self.now.milliseconds - 1)
    #expect(try list.grant(token: brief, at: before).grant.name == "brief")
    for wrong in ["", "quipu_", brief + "0", String(brief.dropLast()), brief.uppercased()] {
      #expect(throws: Refusal("wrong_token")) { try list.grant(token: wrong, at: before) }
    }
    let file = ledger.path + "/" + IdentityList.name
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.components(separatedBy: #""kind":"service""#).count == 2, "people's rows say none")
    for (part, other) in [
      (#""kind":"service""#, #""kind":"robot""#), (#""kind":"#, #""rate":0,"kind":"#),
    ] {
      try Data(text.replacing(part, with: other).utf8).write(to: URL(filePath: file))
      #expect(throws: LogError(.damaged, ""), "\(other)") { try IdentityList(of: ledger.path) }
    }
    try Data(text.utf8).write(to: URL(filePath: file))
    #expect(try IdentityList(of: ledger.path).identities.count == 2)
  }
}
