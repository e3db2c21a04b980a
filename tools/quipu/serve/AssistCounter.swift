internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Answers what a person wrote, whatever brought it.
///
///     can it be answered? ─► message on the disk ─► given before? ─► that
///                                                   else the answer by all that is known ─► on the disk
///
/// Of two who bring the same message at once one has the answer on record first; the other is given that.
struct AssistCounter: Sendable {
  /// What was written.
  struct Question: Sendable {
    var account = ""
    /// Who wrote it; nil for whoever owes the account.
    var subject: String?
    var channel = ContactChannel.whatsapp
    var text = ""
    /// The beginning of the keys of what is recorded: 1 to 48 characters.
    var key = ""
    /// The event that the message came of, if any.
    var cause: Int64?
  }

  /// An answer that is on record, and to what.
  struct Given: Sendable {
    let talk: AssistTalk
    let made: AssistantDesk.Answer
    let recorded: AssistRecording.Recorded
    /// Whether the same message was given it before.
    let isRepeated: Bool
  }

  let service: Service
  let writer: EventWriter
  /// As whom message and answer are recorded.
  let actor: Actor
  let question: Question
  let respond: @Sendable (Given) throws -> HTTPResponse

  /// Records the message, if it can be answered, and its answer.
  ///
  /// Fails with ``Problem`` 422 for an account, texts or a classifier that there are not, or a rule that refuses;
  /// 503 where too much is under way.
  func begin(_ answer: @escaping Route.Work.Later) {
    do {
      let talk = try service.books.read { model in
        let desk = desk(of: model)
        let talk = AssistTalk(
          account: question.account,
          subject: try question.subject ?? desk.debtor(of: question.account),
          channel: question.channel, message: question.text, key: question.key,
          cause: question.cause)
        try talk.check(at: desk)
        return talk
      }
      try record(talk.received) { outcome in
        switch outcome {
        case .recorded(let receipts, _): aside(talk, receipts.map(\.seq), answer)
        case .refused(let refusal): answer { throw Problem(of: refusal) }
        case .failed(let error): answer { throw Problem(of: error) }
        }
      }
    } catch {
      answer { throw Problem(ofBody: error) }
    }
  }

  private func desk(of model: borrowing ReadModel) -> AssistantDesk {
    AssistantDesk(
      copy model, on: service.books.today, knownAt: model.size,
      service.assistantDocuments.documents(of: model))
  }

  /// Gives the answer on another thread: the disk's has others to serve.
  private func aside(
    _ talk: AssistTalk, _ messages: [Int64], isAgain: Bool = false,
    _ answer: @escaping Route.Work.Later
  ) {
    let isTaken = service.aside.add { give(talk, messages, isAgain: isAgain, answer) }
    if !isTaken { answer { throw Problem.busy } }
  }

  /// Gives and records the answer to a message that is on record; `isAgain` after somebody else was found to
  /// have recorded one meanwhile.
  private func give(
    _ talk: AssistTalk, _ messages: [Int64], isAgain: Bool, _ answer: @escaping Route.Work.Later
  ) {
    @Sendable func given(_ made: AssistantDesk.Answer, at seq: Int64, isRepeated: Bool) -> Given {
      Given(
        talk: talk, made: made,
        recorded: AssistRecording.Recorded(messages: messages, answer: seq),
        isRepeated: isRepeated)
    }
    do {
      let (made, seq) = try service.books.read { model in
        let size = model.size
        if let given = try talk.given(to: messages, in: copy model, before: size) {
          return (given.answer, Int64?.some(given.seq))
        }
        return (try talk.answer(at: desk(of: model)), nil)
      }
      if let seq {
        let before = given(made, at: seq, isRepeated: true)
        return answer { try respond(before) }
      }
      try record(talk.drafts(of: made, to: messages)) { outcome in
        switch outcome {
        case .recorded(let receipts, let isNew):
          let now = given(made, at: receipts.first?.seq ?? -1, isRepeated: !isNew)
          answer { try respond(now) }
        // The same message was brought twice at once, and the other was answered first.
        case .refused(let refusal) where refusal.code == "key_conflict" && !isAgain:
          aside(talk, messages, isAgain: true, answer)
        case .refused(let refusal): answer { throw Problem(of: refusal) }
        case .failed(let error): answer { throw Problem(of: error) }
        }
      }
    } catch {
      answer { throw Problem(ofBody: error) }
    }
  }

  /// Has events of the ledger's own making recorded; `then` is told what became of them. Throws ``Problem``.
  private func record(
    _ own: [OwnDraft], _ then: @escaping @Sendable (EventWriter.Outcome) -> Void
  ) throws {
    var drafts: [Draft] = []
    do {
      for draft in own { drafts.append(try Draft(draft.json, line: 0) { _ in draft.key }) }
    } catch {
      throw Problem(of: error)
    }
    let submission = EventWriter.Submission(drafts: drafts, actor: actor, approval: nil)
    writer.record(submission, then)
  }
}

extension Problem {
  /// What went wrong with what a body names: 422 where a path would be 404.
  fileprivate init(ofBody error: any Error) {
    let problem = Problem(error)
    self.init(
      problem.status == 404 ? 422 : problem.status, problem.code, problem.message, problem.members)
  }
}
