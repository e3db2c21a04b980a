internal import CanonicalJSON
internal import Collections
internal import Dispatch
internal import Synchronization

/// Answers a file of questions, a line each, in their order; on every processor, so many lines each.
struct ContactBatch {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  /// Lines that are answered in one go, and how many such parts before they are written: 18 MB or so.
  private static let partLines = 512
  private static let roundParts = 16

  /// Answers every line; a line that cannot be is answered by `{"error":…}` in its place.
  func answer(_ path: String, _ desk: ContactDesk) throws -> ExitCode {
    let bytes = try OutputFile.read(path)
    let output = invocation.console.output
    var clerks = [ContactClerk(desk, in: invocation.language)]
    var (refused, answered) = (0, 0)
    var (start, line) = (0, 1)
    while start < bytes.count {
      var parts: [ContactClerk.Part] = []
      while parts.count < Self.roundParts, start < bytes.count {
        let part = Self.part(of: bytes, from: start, line: line)
        parts.append(part)
        start = part.range.upperBound
        line += Self.partLines
      }
      while clerks.count < min(Processors.count, parts.count) {
        clerks.append(ContactClerk(desk, in: invocation.language))
      }
      for answers in Self.answers(to: parts, of: bytes, by: clerks) {
        refused += answers.refused
        answered += answers.answered
        try output.write(answers.text)
      }
    }
    if refused > 0 {
      invocation.console.warn(
        "questions_refused",
        counted(
          Int64(refused), Text("question was refused", "pregunta rechazada"),
          Text("questions were refused", "preguntas rechazadas"))
          + Text(" of \(refused + answered)", " de \(refused + answered)"),
        [Failure.Detail("refused", Int64(refused))])
    }
    return refused > 0 ? .refused : .done
  }

  /// The next lines, with their newlines.
  private static func part(of bytes: [UInt8], from start: Int, line: Int) -> ContactClerk.Part {
    var (end, lines) = (start, 0)
    while end < bytes.count, lines < partLines {
      if bytes[end] == UInt8(ascii: "\n") { lines += 1 }
      end += 1
    }
    return ContactClerk.Part(range: start..<end, line: line)
  }

  /// The answers to each part, in order: a clerk a thread, each taking the next part that nobody has.
  private static func answers(
    to parts: [ContactClerk.Part], of bytes: [UInt8], by clerks: [ContactClerk]
  ) -> [ContactClerk.Answers] {
    let results = Mutex([ContactClerk.Answers](repeating: .init(), count: parts.count))
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(clerks.count, parts.count)) { clerk in
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < parts.count else { return }
        let answers = clerks[clerk].answer(parts[place], of: bytes)
        results.withLock { $0[place] = answers }
      }
    }
    return results.withLock { $0 }
  }
}

/// Answers questions line by line: one for each thread, with a desk of its own.
final class ContactClerk: Sendable {
  /// Whole lines of a file.
  struct Part: Sendable {
    /// Their bytes, and the number of the first line, from 1.
    var range: Range<Int>
    var line: Int
  }

  /// The answers to them, a line each.
  struct Answers: Sendable {
    var text: [UInt8] = []
    var answered = 0
    var refused = 0
  }

  /// What a clerk works with.
  private struct Tools {
    var desk: ContactDesk
    var writer: ContactAnswerWriter
  }

  private let tools: Mutex<Tools>
  private let language: Language

  init(_ desk: ContactDesk, in language: Language) {
    let writer = ContactAnswerWriter(desk.policies, knownAt: desk.knownAt)
    tools = Mutex(Tools(desk: desk, writer: writer))
    self.language = language
  }

  /// Answers lines; blank ones are passed over.
  func answer(_ part: Part, of bytes: [UInt8]) -> Answers {
    tools.withLock { answer(part, of: bytes, with: &$0) }
  }

  private func answer(_ part: Part, of bytes: [UInt8], with tools: inout Tools) -> Answers {
    var answers = Answers()
    var number = part.line - 1
    let span = bytes.span
    var start = part.range.lowerBound
    while start < part.range.upperBound {
      var end = start
      while end < part.range.upperBound, span[end] != UInt8(ascii: "\n") { end += 1 }
      let range = start..<end
      start = end + 1
      number += 1
      guard !range.allSatisfy({ bytes[$0] <= 0x20 }) else { continue }
      do {
        let request = try ContactRequest(parsing: span.extracting(range))
        let answer = try tools.desk.answerOrFail(request)
        tools.writer.append(answer, to: request, tools.desk.policies, into: &answers.text)
        answers.answered += 1
      } catch {
        let failure = Failure(
          error.exit, error.code, error.message,
          [Failure.Detail("line", Int64(number))] + error.details)
        answers.text.append(contentsOf: failure.json(in: language).utf8.dropLast())
        answers.refused += 1
      }
      answers.text.append(UInt8(ascii: "\n"))
    }
    return answers
  }
}
