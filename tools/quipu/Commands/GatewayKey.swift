internal import Collections
internal import EventStore

/// The secret that a gateway of messages and this program sign with.
///
///     Quipu-Signature: t=1764248400,v1=HMAC-SHA-256("1764248400." + body) in hexadecimal
///
/// The time keeps what somebody overheard from being sent again much later.
struct GatewayKey: Sendable {
  static let header = "Quipu-Signature"
  /// How many seconds a signature's time may be off.
  private static let tolerance: Int64 = 300
  private static let variable = "QUIPU_GATEWAY_KEY_FILE"

  private let secret: [UInt8]

  /// The secret in the file that the environment names; nil where it names none.
  ///
  /// Throws ``Failure``: exit 4 where the file does not read, `weak_gateway_key` for one of less than 16
  /// bytes.
  static func ofEnvironment() throws(Failure) -> GatewayKey? {
    guard let path = environmentValue(variable) else { return nil }
    var secret = try OutputFile.read(path)
    while let last = secret.last, last == 10 || last == 13 { secret.removeLast() }
    guard secret.count >= 16 else {
      throw Failure(
        .refused, "weak_gateway_key",
        Text("the gateway's secret is too short", "el secreto de la pasarela es muy corto"),
        [Failure.Detail("file", path), Failure.Detail("expected", "at least 16 bytes")])
    }
    return GatewayKey(secret: secret)
  }

  /// That no secret was named.
  static var missing: Failure {
    Failure(
      .refused, "no_gateway_key",
      Text(
        "no secret to sign with: \(variable) names its file",
        "no hay secreto para firmar: \(variable) nombra su archivo"),
      [Failure.Detail("expected", "\(variable)=FILE of at least 16 bytes")])
  }

  /// The header's value for a body sent at a moment.
  func signature(of body: [UInt8], at now: Instant) -> String {
    let seconds = "\(now.milliseconds / 1_000)"
    return "t=\(seconds),v1=\(Hexadecimal.text(code(of: body, seconds)))"
  }

  /// Whether a header's value is that of a body, made about now.
  func accepts(_ header: String, of body: [UInt8], at now: Instant) -> Bool {
    let parts = header.split(separator: ",").map { $0.filter { $0 != " " } }
    guard parts.count == 2, parts[0].hasPrefix("t="), parts[1].hasPrefix("v1="),
      let seconds = Int64(parts[0].dropFirst(2)),
      abs(now.milliseconds / 1_000 - min(max(seconds, 0), 1 << 40)) <= Self.tolerance
    else { return false }
    let wanted = Hexadecimal.text(code(of: body, "\(seconds)"))
    return LibCrypto.areEqual(Array(parts[1].dropFirst(3).utf8), Array(wanted.utf8))
  }

  private func code(of body: [UInt8], _ seconds: String) -> [UInt8] {
    LibCrypto.code(of: Array("\(seconds).".utf8) + body, under: secret.span)
  }
}
