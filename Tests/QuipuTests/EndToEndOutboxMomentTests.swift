import CanonicalJSON
import Testing

@Suite("End to end: what the outbox looks at in the moment of sending")
struct EndToEndOutboxMomentTests {
  @Test("a rule that forbids it since it was planned stops the message, and that is on record")
  func forbidden() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try EndToEndOutboxTests.withGateway(
      ledger, "--refuse 10000",
      #"""
      "$quipu" outbox --deliver $address --tries 9 --seed 7 --json > said 2> errors &
      sender=$!
      for try in {1..300}; do "$quipu" export jsonl | grep -q ContactAuthorized && break; done
      now=$(TZ=America/Lima date +%FT%T-05:00)
      for account in A-2 B-1; do
        printf '{"type":"ContactAttempted","stream":"account/%s","key":"call%s",' $account $account
        printf '"data":{"contact":"by-hand","channel":"call","direction":"outbound","localAt":"%s"}}\n' $now
      done > calls
      until "$quipu" record calls > /dev/null 2>&1; do sleep 0.05; done
      wait $sender
      cat said
      """#)
    // One contact a person a day, and she was just called about her other account.
    #expect(try run.json["blocked"] == .integer(2), "\(run.output) \(run.errors)")
    #expect(try ledger.text(of: "sent").isEmpty)
    #expect(try EndToEndOutboxTests.count("ContactBlocked", in: ledger) == 2)
    #expect(try EndToEndOutboxTests.count("ContactAttempted", in: ledger) == 2)
  }

  @Test("a proposal goes out in its hours alone, by its text, channel and tone")
  func hours() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try EndToEndOutboxTests.withGateway(
      ledger, "--plain",
      #"""
      today=$(TZ=America/Lima date +%F)
      # Hours of which it is none now, and the whole day.
      closed='"from":"22:00","to":"23:00"'
      (( 10#$(TZ=America/Lima date +%H) < 12 )) || closed='"from":"01:00","to":"02:00"'
      propose() {
        printf '{"type":"ActionProposed","stream":"account/%s","key":"a%s","subject":"%s",' $1 $1 $2
        printf '"effective":"%s","data":{"action":"x","channel":"sms","tone":"formal","reasons":[],' $today
        printf '"template":"%s","point":"m","asOf":"%s","window":{%s}}}\n' $3 $today "$4"
      }
      { propose A-1 S-1 pe-due-reminder "$closed"
        propose B-1 S-2 pe-thanks '"from":"00:00","to":"23:59"'; } > proposals
      "$quipu" record proposals > /dev/null
      "$quipu" outbox --deliver $address --json
      """#)
    #expect(try run.json["waiting"] == .integer(1), "\(run.output) \(run.errors)")
    #expect(try run.json["sent"] == .integer(1), "\(run.output)")
    let sent = try JSONValue(parsing: try ledger.text(of: "sent"), as: .json)
    #expect(sent["subject"] == .string("S-2"))
    let log = try ledger.run("export jsonl").output.split(separator: "\n")
    let attempt = try #require(log.first { $0.contains(#""type":"ContactAttempted""#) })
    for member in [
      #""channel":"sms""#, #""tone":"formal""#, #""template":"pe-thanks""#, #""point":"m""#,
    ] {
      #expect(attempt.contains(member), "\(attempt)")
    }
  }

  @Test(
    "a reminder goes by the channel and in the hours that she named; else by another, at any hour")
  func wishes() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try ledger.bash(
      #"""
      wish() {
        printf '{"type":"PreferenceSet","stream":"subject/%s","subject":"%s","key":"w%s%s",' $1 $1 $1 $2
        printf '"effective":"2025-01-02","data":{"channel":"%s","windows":[%s]}}\n' $2 "$3"
      }
      { wish S-1 sms '{"from":"09:00","to":"10:00"},{"from":"16:00","to":"18:30"}'
        wish S-2 whatsapp '{"on":"2025-01-03","from":"09:00","to":"10:00"}'; } > wishes
      "$quipu" record wishes > /dev/null && "$quipu" outbox
      """#)
    let messages = try run.output.split(separator: "\n").map {
      try JSONValue(parsing: String($0), as: .json)
    }
    try #require(messages.count == 2, "\(run.output) \(run.errors)")
    #expect(messages.map { $0["channel"] } == [.string("sms"), .string("sms")])
    #expect(
      messages.map { $0["window"]?.canonicalText } == [
        #"{"from":"16:00","to":"18:30"}"#, #"{"from":"00:00","to":"23:59"}"#,
      ])
  }

  @Test("a receipt that was quicker than the answer is believed: nothing is sent again")
  func receiptFirst() throws {
    let ledger = try EndToEndOutboxTests.copy()
    let run = try EndToEndOutboxTests.withGateway(
      ledger, "--plain",
      #"""
      contact=$("$quipu" outbox --record | grep -o 'due-[0-9-]*' | head -1)
      printf '{"id":"1","event":"delivered","account":"A-1","subject":"S-1","contact":"%s"}\n' $contact |
        "$quipu" receipts - > /dev/null
      "$quipu" outbox --deliver $address --json
      "$quipu" outbox --deliver $address --json | grep -o '"already":2'
      """#)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains(#""sent":2"#), "\(run.output) \(run.errors)")
    let sent = try ledger.text(of: "sent").split(separator: "\n")
    #expect(sent.count == 1 && sent[0].contains(#""S-2""#), "\(sent)")
    #expect(try EndToEndOutboxTests.count("ContactAttempted", in: ledger) == 2)
  }
}
