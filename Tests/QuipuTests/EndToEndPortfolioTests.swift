internal import CanonicalJSON
internal import Testing

@testable import quipu

@Suite("End to end: portfolio")
struct EndToEndPortfolioTests {
  private static let words = "portfolio --from 2024-09-30 --on \(GeneratedPortfolio.day)"

  @Test("since a day: the same figures as text and as JSON, each with its definition")
  func measures() throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    for (language, name) in [("en", "contact rate"), ("es", "tasa de contacto")] {
      let text = try ledger.run("\(Self.words) --lang \(language)")
      let run = try ledger.run("\(Self.words) --json --lang \(language)")
      #expect(text.exit == 0, "\(text.errors)")
      let json = try run.json
      let group = try #require(json["measures"]?.arrayValue?.first)
      let rate = try #require(group["contactRate"])
      let (part, whole) = (rate["part"]?.integerValue ?? 0, rate["whole"]?.integerValue ?? 0)
      #expect(whole > 0)
      let points = (part * 20_000 + whole) / (2 * whole)
      #expect(rate["basisPoints"]?.integerValue == points)
      let line = text.output.split(separator: "\n").first { line in
        line.hasPrefix("PEN ") && line.contains("  \(name)  ")
      }
      let cells = ["PEN", name, grouped(part), grouped(whole), amountText(points) + " %"]
      #expect(line.flatMap { table("heading\n" + $0).first } == cells)
      let language = try #require(Language(rawValue: language))
      for measure in Measure.all {
        let definition = measure.definition[language]
        #expect(json["definitions"]?[measure.key]?.stringValue == definition)
        // Nobody waits for a person in this portfolio, so nothing is explained of that.
        #expect(
          text.output.contains("  \(measure.name[language]): \(definition)\n")
            == (measure.key != "waits"))
      }
      // The aging is there as without --from.
      let aging = try ledger.run("portfolio --on \(GeneratedPortfolio.day) --json")
      #expect(try aging.json["groups"] == json["groups"])
      #expect(try aging.json["measures"] == nil)
    }
  }

  @Test("self-service, answers and waits for a person are told in words and as JSON")
  func dealings() throws {
    let ledger = try TemporaryLedger()
    let run = try ledger.bash(
      #"""
      account() {
        printf '{"type":"%s","stream":"account/A-1","subject":"S-1","key":"%s","effective":"%s",' $1 $1 $2
        printf '"actor":{"id":"%s","kind":"system","role":"recorder"},"data":%s}\n' $3 "$4"
      }
      { account AccountOpened 2025-01-02 crm '{"account":"A-1","subject":"S-1","creditor":"bank",'`
        `'"product":"consumer","currency":"PEN","items":[{"n":1,"dueOn":"2025-01-31","principal":50000}]}'
        account PromiseMade 2025-02-03 portal \
          '{"promise":"p","amount":10000,"dueOn":"2025-02-10","channel":"portal"}'
        account PaymentReceived 2025-02-05 crm \
          '{"payment":"m","amount":12000,"currency":"PEN","method":"cash"}'
        account PortalVisited 2025-02-03 portal '{}'
        account BotHandedOff 2025-02-06 portal '{"reason":"x"}'
      } > drafts
      "$quipu" record drafts > /dev/null &&
        "$quipu" portfolio --from 2025-01-31 --on 2025-02-28 --lang es &&
        "$quipu" portfolio --from 2025-01-31 --on 2025-02-28 --json > json
      """#)
    #expect(run.exit == 0, "\(run.errors)")
    let rows = run.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(rows.contains(["PEN", "derivación", "1", "1", "–", "–"]), "\(run.output)")
    #expect(rows.contains(["PEN", "portal", "0", "0", "–", "1"]), "\(run.output)")
    let money = "PEN dinero por autoservicio 100.00 120.00 83.33 %".split(separator: " ")
    #expect(rows.contains(money), "\(run.output)")
    let json = try JSONValue(parsing: try ledger.text(of: "json"), as: .json)
    let group = try #require(json["measures"]?.arrayValue?.first)
    #expect(
      group["selfServiceMoney"]
        == .object([
          "part": .integer(10_000), "whole": .integer(12_000), "basisPoints": .integer(8_333),
        ]))
    #expect(
      group["waits"]
        == .array([
          .object([
            "reason": .string("handOver"), "begun": .integer(1), "open": .integer(1),
            "medianMinutes": .null, "ninetiethMinutes": .null,
          ])
        ]))
  }

  @Test("by any column, and by nothing it is not before the day")
  func usage() throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    for grouping in ["product", "portfolio", "arm"] {
      let run = try ledger.run("\(Self.words) --by \(grouping) --json")
      #expect(run.exit == 0, "\(run.errors)")
      #expect(try (run.json["measures"]?.arrayValue?.count ?? 0) > 0)
    }
    let wrong = try ledger.run("portfolio --from 2024-12-31 --on 2024-12-31 --json")
    #expect(wrong.exit == 2)
    #expect(try wrong.failure.code == "wrong_usage")
    #expect(try ledger.run("\(Self.words) --svg /nowhere/x.svg").exit == 4)
  }

  @Test("the picture is XML with a title, a description and every figure as text")
  func picture() throws {
    let ledger = try GeneratedPortfolio.ledger.get()
    let path = ledger.folder + "/picture.svg"
    let day = GeneratedPortfolio.day
    #expect(try ledger.run("portfolio --on \(day) --svg \(path) --lang es").exit == 0)
    let bytes = try ledger.bytes(of: "picture.svg")
    let picture = try Markup(bytes)
    let root = try #require(picture.elements.first)
    #expect(root.name == "svg")
    #expect(root["role"] == "img")
    #expect(root["aria-labelledby"] == "title desc")
    #expect(picture.texts("title") == ["Cartera al \(day)"])
    let aging = try ledger.run("portfolio --on \(day) --json").json
    let buckets = try #require(aging["groups"]?.arrayValue?.first?["buckets"]?.arrayValue)
    let texts = picture.texts("text")
    let described = try #require(picture.texts("desc").first)
    for bucket in buckets where bucket["accounts"]?.integerValue != 0 {
      let amount = amountText(bucket["outstanding"]?.integerValue ?? 0)
      #expect(texts.contains(amount))
      #expect(described.contains(amount))
    }
    #expect(picture.elements.contains { $0.name == "polyline" })
    // Nothing begins outside of it.
    for element in picture.elements where element.name == "rect" || element.name == "text" {
      guard element["width"] != "1120" else { continue }
      let (x, y) = (try #require(Int(element["x"])), try #require(Int(element["y"])))
      #expect((0...1_120).contains(x) && (0...476).contains(y))
    }
  }
}
