internal import Glibc

/// A socket that listens on an address, `127.0.0.1:8080` or `[::1]:0`.
struct ListeningSocket {
  let descriptor: Int32
  /// The address as it came out, with the port the system chose where 0 was asked for.
  let address: String
  /// Whether only this machine reaches it.
  let isLoopback: Bool

  /// Begins to listen.
  ///
  /// - Throws: ``Failure``: usage for no address; in use for one that is taken; I/O.
  init(_ text: String) throws(Failure) {
    guard let (host, port) = Self.parts(of: text) else { throw Self.notAnAddress(text) }
    isLoopback = Connection.isLoopback(host)
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, port, &hints, &found) == 0, let place = unsafe found else {
      throw Self.notAnAddress(text)
    }
    defer { unsafe freeaddrinfo(found) }
    let info = unsafe place.pointee
    descriptor = unsafe socket(
      info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
    guard descriptor >= 0 else { throw Self.failure(text) }
    var one: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
    guard unsafe bind(descriptor, info.ai_addr, info.ai_addrlen) == 0,
      listen(descriptor, 1_024) == 0
    else {
      let failure = Self.failure(text)
      Glibc.close(descriptor)
      throw failure
    }
    let shown = host.contains(":") ? "[\(host)]" : host
    address = "\(shown):\(Self.port(of: descriptor))"
  }

  /// Host and port; `localhost` is 127.0.0.1.
  static func parts(of text: String) -> (host: String, port: String)? {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = String(text[..<colon])
    let port = String(text[text.index(after: colon)...])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      return nil
    }
    if host == "localhost" { host = "127.0.0.1" }
    guard !host.isEmpty, !port.isEmpty, port.utf8.count <= 5,
      port.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), UInt16(port) != nil
    else { return nil }
    return (host, port)
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe getsockname(descriptor, address, &size)
      }
      // The port stands in the same place for both families.
      return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: unsafe $0.pointee.sin_port)
      }
    }
  }

  private static func notAnAddress(_ text: String) -> Failure {
    Failure(
      .usage, "not_an_address",
      Text(
        "--listen takes an address and a port, as 127.0.0.1:8080 or [::1]:8080",
        "--listen recibe una dirección y un puerto, como 127.0.0.1:8080 o [::1]:8080"),
      [Failure.Detail("value", text)])
  }

  private static func failure(_ text: String) -> Failure {
    let number = errno
    let reason = systemReason(number)
    return Failure(
      number == EADDRINUSE ? .inUse : .inputOutput,
      number == EADDRINUSE ? "address_in_use" : "cannot_listen",
      Text("cannot listen on \(text): \(reason)", "no se puede escuchar en \(text): \(reason)"),
      [Failure.Detail("value", text), Failure.Detail("errno", Int64(number))])
  }
}
