// The operations for programs.
extension Route {
  static let api: [Route] = [
    accounts, account, accountHistory, portfolio, promises, plans, conduct, requests, scores,
    explanation, workList, mayContact, assist, gatewayReceipts, recordEvents, events, event, feed,
    checkpoint, tile, entries,
    proof,
    identity, health, metrics, openAPI,
  ]
}
