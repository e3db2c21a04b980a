// The operations for programs.
extension Route {
  static let api: [Route] = [
    recordEvents,
    accounts, account, accountHistory, portfolio, promises, plans, conduct, requests, scores,
    explanation, mayContact, events, event, feed, checkpoint, tile, entries, proof, identity,
    openAPI,
  ]
}
