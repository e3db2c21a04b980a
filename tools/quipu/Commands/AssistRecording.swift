internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// Puts a message and its answer on record: first the message, sealed, with the signs found in it; then the
/// answer, by all that is known with it, and what follows.
struct AssistRecording {
  /// The positions of the message's parts and of the answer.
  struct Recorded {
    var messages: [Int64]
    var answer: Int64
  }

  private let invocation: Invocation
  private let talk: AssistTalk

  init(_ invocation: Invocation, _ talk: AssistTalk) {
    (self.invocation, self.talk) = (invocation, talk)
  }

  /// Records a message and its answer; of a message recorded before, the answer it was given.
  ///
  /// Throws ``Failure``, as ``AssistTalk/check(at:)``.
  func record(
    _ desk: AssistantDesk
  ) throws -> (answer: AssistantDesk.Answer, recorded: Recorded) {
    try talk.check(at: desk)
    let messages = try invocation.append(talk.received).map(\.seq)
    let view = try invocation.openView()
    let model = try invocation.readModel(of: view, at: view.size).model
    if let (answer, seq) = try talk.given(to: messages, in: model, before: view.size) {
      return (answer, Recorded(messages: messages, answer: seq))
    }
    let now = AssistantDesk(model, on: try invocation.day(of: view), knownAt: view.size)
    let answer = try talk.answer(at: now)
    let seq = try invocation.append(talk.drafts(of: answer, to: messages)).first?.seq ?? -1
    return (answer, Recorded(messages: messages, answer: seq))
  }
}
