// The operations for programs.
extension Route {
  static let api: [Route] = [account, recordEvents]
}
