internal import Glibc
internal import Synchronization

/// A request on its way, from its line to the end of its answer. One thread at a time has it.
final class PendingRequest {
  enum Step { case begun, receiving, answering }

  let client: Connection
  /// When its line was read, in microseconds of the monotonic clock.
  let start = MonotonicClock.microseconds
  var request: HTTPRequest
  var step = Step.begun
  var admission: Admission?
  /// Room taken for its body.
  var reserved = 0
  var status = 0
  /// Bytes of the answer's body given to the library.
  var sent = 0
  /// The answer, where it is made elsewhere.
  var outcome: Outcome?

  /// Where the way to an answer is put by another thread.
  final class Outcome: Sendable {
    private struct Way {
      let make: @Sendable () -> HTTPResponse
    }

    private let way = Mutex<Way?>(nil)

    func put(_ make: @escaping @Sendable () -> HTTPResponse) {
      way.withLock { $0 = Way(make: make) }
    }

    /// The answer, made now; nil while there is none.
    func take() -> HTTPResponse? {
      way.withLock { $0.take() }?.make()
    }
  }

  /// Begins with the target of a request's line.
  init(_ target: String, from client: Connection) {
    self.client = client
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
      request = HTTPRequest(method: "", path: target)
      request.peer = client.peer
      return
    }
    request = HTTPRequest(method: "", path: String(target[..<mark]))
    let fields = HTTPRequest.formFields(String(target[target.utf8.index(after: mark)...]))
    request.query = fields ?? []
    request.isQueryReadable = fields != nil
    request.peer = client.peer
  }

  /// How long the body is, by its headers; nil where they do not say.
  var bodyLength: Int? {
    if request.headers[.transferEncoding] != nil { return nil }
    guard let text = request.headers[.contentLength] else { return 0 }
    return Int(text).flatMap { $0 >= 0 ? $0 : nil } ?? .max
  }
}

/// The address a client speaks from, without its port.
func peerName(_ address: UnsafePointer<sockaddr>?) -> String {
  guard let address = unsafe address else { return "" }
  var name = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
  let size = socklen_t(name.count)
  let isNamed = unsafe name.withUnsafeMutableBytes { buffer in
    let target = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
    // Its first member, of whichever module the C library's header was met in first.
    let family = unsafe address.withMemoryRebound(to: sa_family_t.self, capacity: 1) {
      unsafe $0.pointee
    }
    switch Int32(family) {
    case AF_INET:
      return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        var place = unsafe $0.pointee.sin_addr
        return unsafe inet_ntop(AF_INET, &place, target, size) != nil
      }
    case AF_INET6:
      return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        var place = unsafe $0.pointee.sin6_addr
        return unsafe inet_ntop(AF_INET6, &place, target, size) != nil
      }
    default: return false
    }
  }
  return isNamed ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : ""
}
