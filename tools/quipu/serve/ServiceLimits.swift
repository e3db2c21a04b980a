/// What one client, and what all together, may take of the service.
struct ServiceLimits: Sendable {
  /// Connections that are no streams.
  var connections = 1_024
  /// Connections from one address, unless it is this machine's own.
  var connectionsPerAddress = 256
  /// Answers that are still being made while the client takes them: feeds, long listings.
  var streams = 1_024
  /// From the opening of a connection, or from the line of a request, to the end of its headers.
  var headerSeconds: Int64 = 10
  /// From the end of the headers to the end of the body.
  var bodySeconds: Int64 = 30
  /// From the end of an answer to the end of the headers of the next request.
  var idleSeconds: Int64 = 60
  /// What a client that takes nothing of its answer is waited for.
  var stalledSeconds: UInt32 = 120
  /// Line, headers and what the library keeps of a request.
  var headerBytes = 32 << 10
  /// A body, unless the route takes more.
  var bodyBytes = 1 << 20
  /// A body of drafts.
  var draftBytes = 16 << 20
  /// Bodies being received at a time, together.
  var bodyBytesTogether = 128 << 20
  /// Answers about accounts that are kept for whoever asks again.
  var answerBytes = 512 << 20
  /// Work that waits to be done aside.
  var waitingAside = 256
}

extension ServiceLimits {
  /// A time that never comes.
  static let never = Int64.max
}
