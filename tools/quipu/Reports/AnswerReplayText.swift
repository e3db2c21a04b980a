internal import CanonicalJSON
internal import Collections
internal import Ledger
internal import Projections

// What came of making every recorded answer again, for a reader at a terminal and as JSON.
extension AnswerReplay {
  /// Prints every difference, and how many were looked at; nothing where nothing was answered.
  func print(on console: Console) throws {
    guard answers > 0 else { return }
    if !differences.isEmpty {
      var table = Table([
        Table.Column("seq", .right), Table.Column(Text("account", "cuenta")),
        Table.Column(Text("field", "campo")), Table.Column(Text("recorded", "registrado")),
        Table.Column(Text("derived", "derivado")),
      ])
      for difference in differences {
        table.add([
          "\(difference.seq)", difference.account, difference.field,
          printable(difference.recorded), printable(difference.derived),
        ])
      }
      try console.print(table)
    }
    let count = Int64(differences.count)
    try console.print(
      Text(
        "answers \(grouped(Int64(answers))) made again, \(grouped(Int64(read))) from the message itself, ",
        "respuestas \(grouped(Int64(answers))) hechas de nuevo, \(grouped(Int64(read))) desde el mensaje mismo, "
      )
        + (differences.isEmpty
          ? Text("all as recorded", "todas como se registraron")
          : counted(count, Text("differs", "difiere"), Text("differ", "difieren"))))
  }

  /// All of it.
  var json: JSONValue {
    .object([
      "derived": .integer(Int64(answers)),
      "differences": .array(
        differences.map { difference in
          .object([
            "account": .string(difference.account), "derived": .string(difference.derived),
            "field": .string(difference.field), "recorded": .string(difference.recorded),
            "seq": .integer(difference.seq),
          ])
        }), "readAgain": .integer(Int64(read)),
    ])
  }
}

extension Invocation {
  /// Makes every recorded answer again; with `--purpose` from the messages themselves, which are opened on
  /// record first.
  ///
  /// Throws ``Failure``: exit 3 for who may not open them.
  func replayAnswers(_ model: ReadModel, knownAt size: Int64) throws -> AnswerReplay {
    guard let purpose = value(.purpose) else { return AnswerReplay(model, knownAt: size) }
    let grant = try grant()
    do throws(Refusal) {
      try grant.require(.unseal)
    } catch {
      throw Failure(access: error)
    }
    guard let actor = grant.actor else { preconditionFailure("who may open has a name") }
    let entries = model.answers.entries.filter { $0.seq < size }
    guard !entries.isEmpty else { return AnswerReplay(model, knownAt: size) }
    let (intake, today) = try openIntake(by: actor)
    let wanted = entries.flatMap { [$0.seq] + model.answers.numbers($0.evidence) }
    let events: [UnsealedEvent]
    do throws(Refusal) {
      events = try intake.unseal(wanted, for: purpose, by: grant, at: WallClock.now(), today: today)
    } catch {
      report(intake.close())
      throw Failure(access: error)
    }
    report(intake.close())
    var texts: [Int64: String] = [:]
    for event in events { texts[event.seq] = event.fields?["text"]?.stringValue }
    var opened: [Int64: AnswerReplay.Opened] = [:]
    for entry in entries {
      let parts = model.answers.numbers(entry.evidence).map { texts[$0] }
      let isWhole = !parts.contains { $0 == nil }
      opened[entry.seq] = AnswerReplay.Opened(
        message: isWhole ? parts.compactMap { $0 }.joined() : nil, answer: texts[entry.seq])
    }
    return AnswerReplay(model, knownAt: size, opened: opened)
  }
}
