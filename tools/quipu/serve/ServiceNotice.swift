internal import Glibc

/// What the service manager is told (`sd_notify(3)`): a datagram on the socket that `NOTIFY_SOCKET` names.
enum ServiceNotice: String {
  case ready = "READY=1"
  case stopping = "STOPPING=1"

  /// Tells it, where anybody wants to know.
  func send() {
    guard let name = environmentValue("NOTIFY_SOCKET"), name.utf8.count < 108 else { return }
    let descriptor = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(name.utf8)
    // An abstract socket's name begins with a zero byte, written as @.
    if path[0] == UInt8(ascii: "@") { path[0] = 0 }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let message = Array(rawValue.utf8)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        _ = unsafe message.withUnsafeBytes {
          unsafe sendto(
            descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), target, length)
        }
      }
    }
  }
}
