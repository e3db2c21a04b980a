// The pages for people.
extension Route {
  static let console: [Route] = []
}
