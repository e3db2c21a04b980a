internal import Collections
internal import Dispatch
internal import EventStore
internal import Ledger
internal import Synchronization

/// The one who writes to the ledger while the service runs: what many connections hand in at a time goes
/// into one batch and one sync.
///
///     POST ─┐
///     POST ─┼─► GroupCommit ─► Intake.accept, one after the other ─► commit: one sync ─► receipts
///     POST ─┘                                                          └─► LiveBooks.grow
///
/// A single draft that is refused leaves no trace, so it spoils nobody's group. Several drafts handed in
/// together are all or nothing: what waits before them is committed first, so that what was taken of
/// them can be taken back alone. They cost a sync of their own, and are many events to one.
final class EventWriter: Sendable {
  /// Drafts handed in together.
  struct Submission: Sendable {
    let drafts: [Draft]
    /// Who hands them in.
    let actor: Actor
    /// The second person, who approves what one alone may not record.
    let approval: Grant?
  }

  /// What became of a submission.
  enum Outcome: Sendable {
    /// The receipts, in order, and whether any of it is new.
    case recorded([Receipt], isNew: Bool)
    /// Nothing of it is recorded: a draft was refused.
    case refused(Refusal)
    /// Nothing of it is recorded: the log could not take it.
    case failed(LogError)
  }

  private enum Task: Sendable {
    case record(Submission)
    case identify(String)
    case settle
    case end
  }

  private enum Answer: Sendable {
    case outcome(Outcome)
    case identified(Result<[String], LogError>)
    case settled
    case ended([LogNotice])
  }

  /// The most events of one batch of the log.
  private static let mostEvents = 1 << 20

  private let groups: GroupCommit<Task, Answer>

  /// Takes over an intake, which nobody else uses from now on; `today` tells the civil date where the
  /// ledger is kept.
  init(
    _ intake: Intake, metrics: Metrics, today: @escaping @Sendable () -> CivilDate
  ) {
    // Who waits for his event need not wait for the tiles of a million others.
    intake.waitsForFinishes = false
    nonisolated(unsafe) let desk = Desk(intake, metrics, today)
    groups = GroupCommit { unsafe desk.process($0) }
  }

  /// Hands drafts in. `done` is called once, on another thread, with what has become of them: durable, and
  /// in the books, or nothing of it.
  func record(_ submission: Submission, _ done: @escaping @Sendable (Outcome) -> Void) {
    groups.submit(.record(submission)) { answer in
      switch answer {
      case .outcome(let outcome): done(outcome)
      case .settled, .ended, .identified:
        done(.failed(LogError(.poisoned, "the service is ending")))
      }
    }
  }

  /// Finds whose document a text is, in the vault's blind index, which is the writer's alone to use. `done`
  /// is called once, on another thread.
  func identify(
    _ document: String, _ done: @escaping @Sendable (Result<[String], LogError>) -> Void
  ) {
    groups.submit(.identify(document)) { answer in
      guard case .identified(let found) = answer else {
        return done(.failure(LogError(.poisoned, "the service is ending")))
      }
      done(found)
    }
  }

  /// Signs a segment that was finished since, so that it is signed though nobody hands in anything more: to
  /// be called once in a while.
  func settle() { groups.submit(.settle) { _ in } }

  /// Ends writing after what was handed in before, which is waited for: signs what was recorded. What an
  /// operator should hear of it.
  func end() -> [LogNotice] {
    let isDone = DispatchSemaphore(value: 0)
    let heard = Mutex<[LogNotice]>([])
    groups.submit(.end) { answer in
      if case .ended(let notices) = answer { heard.withLock { $0 = notices } }
      isDone.signal()
    }
    isDone.wait()
    return heard.withLock { $0 }
  }

  /// Works through a group; nobody else is at it meanwhile.
  private final class Desk {
    private let intake: Intake
    private let metrics: Metrics
    private let today: @Sendable () -> CivilDate
    private var isOver = false
    /// What is accepted and waits for the next commit: the place among the answers, and the decisions.
    private var accepted: [(place: Int, submission: Submission, decisions: [Intake.Decision])] = []
    private var answers: [Answer?] = []

    init(_ intake: Intake, _ metrics: Metrics, _ today: @escaping @Sendable () -> CivilDate) {
      self.intake = intake
      self.metrics = metrics
      self.today = today
    }

    func process(_ tasks: [Task]) -> [Answer] {
      answers = Array(repeating: nil, count: tasks.count)
      var submissions = 0
      defer { if submissions > 0 { metrics.noteGroup(of: submissions) } }
      for (place, task) in tasks.enumerated() {
        switch task {
        case .settle:
          settle()
          answers[place] = .settled
          continue
        case .identify(let document):
          answers[place] = .identified(found(document))
          continue
        case .record where isOver:
          answers[place] = .outcome(.failed(LogError(.poisoned, "the service is ending")))
        case .record(let submission) where submission.drafts.count == 1:
          take(submission, at: place)
        case .record(let submission):
          commit()
          take(submission, at: place)
          commit()
        case .end:
          commit()
          answers[place] = .ended(isOver ? [] : intake.close())
          isOver = true
        }
        submissions += 1
      }
      commit()
      return answers.map { answer in
        guard let answer else { preconditionFailure("each submission has an outcome") }
        return answer
      }
    }

    private func found(_ document: String) -> Result<[String], LogError> {
      guard !isOver else { return .failure(LogError(.poisoned, "the service is ending")) }
      do { return .success(try intake.subjects(ofDocument: document)) } catch {
        metrics.note(error)
        return .failure(error)
      }
    }

    private func settle() {
      guard !isOver else { return }
      do { try intake.settle() } catch { metrics.note(error) }
    }

    /// Judges the drafts of a submission; all of them wait for the commit, or none.
    private func take(_ submission: Submission, at place: Int) {
      intake.approval = submission.approval
      let today = today()
      var decisions: [Intake.Decision] = []
      for draft in submission.drafts {
        do throws(Refusal) {
          decisions.append(try intake.accept(draft, by: submission.actor, today: today))
        } catch {
          if !decisions.isEmpty { intake.discard() }
          answers[place] = .outcome(error.unread.map { .failed($0) } ?? .refused(error))
          return
        }
      }
      accepted.append((place, submission, decisions))
    }

    /// Makes what was accepted durable, with one sync.
    private func commit() {
      guard !accepted.isEmpty else { return }
      let group = accepted
      accepted.removeAll(keepingCapacity: true)
      var receipts: [Receipt] = []
      var failure: LogError?
      let start = MonotonicClock.microseconds
      do {
        try intake.commit(batchesOf: EventWriter.mostEvents, at: WallClock.now) { batch in
          receipts += batch
          return true
        }
      } catch {
        failure = error
      }
      if !receipts.isEmpty {
        metrics.noteCommit(
          events: receipts.count, microseconds: MonotonicClock.microseconds - start)
      }
      if let failure {
        metrics.note(failure)
        if failure.index != nil, group.count > 1 { return commitOneByOne(group) }
      }
      for (place, _, decisions) in group {
        answers[place] = .outcome(Self.outcome(decisions, receipts, failure))
      }
    }

    /// Makes each submission of a group durable by itself, for one of them cannot be written, whatever was
    /// judged: it spoils no other.
    private func commitOneByOne(
      _ group: [(place: Int, submission: Submission, decisions: [Intake.Decision])]
    ) {
      for one in group {
        take(one.submission, at: one.place)
        commit()
      }
    }

    private static func outcome(
      _ decisions: [Intake.Decision], _ receipts: [Receipt], _ failure: LogError?
    ) -> Outcome {
      var all: [Receipt] = []
      var isNew = false
      for decision in decisions {
        switch decision {
        case .recorded(let receipt): all.append(receipt)
        case .new(let place):
          guard place < receipts.count else {
            return .failed(failure ?? LogError(.io, "the batch was not written"))
          }
          all.append(receipts[place])
          isNew = true
        }
      }
      return .recorded(all, isNew: isNew)
    }
  }
}
