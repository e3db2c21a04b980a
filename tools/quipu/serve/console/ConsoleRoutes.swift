internal import Ledger

// The pages for people.
extension Route {
  static let console: [Route] =
    DoorPages.routes
    + [
      ConsoleStyle.route, PortfolioPage.route, AccountListPage.route, AccountPage.route,
      EventPage.list, EventPage.route, EventPage.proof, WorkListPage.route, ConductPage.route,
      DataProtectionPage.route, IntegrityPage.route, IntegrityPage.verify, ModelsPage.route,
      ModelPage.route, ScorePage.route,
    ]
}
