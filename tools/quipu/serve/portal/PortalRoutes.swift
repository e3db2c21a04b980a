/// The portal's pages.
enum PortalRoutes {
  static let all: [Route] =
    PortalDoor.routes + [
      PortalHome.route, PortalAccount.route, PortalCertificate.route, PortalData.route,
    ] + PortalForms.routes

  /// Pages about the person, not one account, in the order the first page shows them.
  static let menu: [(path: String, words: Text)] =
    [("/me", Text("My data: what is kept about me", "Mis datos: qué se guarda de mí"))]
    + PortalForms.menu
}

extension RouteTable {
  /// What answers at `serve --portal`, and nothing else there.
  static let portal = RouteTable(PortalRoutes.all)
}
