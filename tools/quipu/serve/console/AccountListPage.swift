internal import Collections
internal import Ledger
internal import Projections

/// The accounts a figure is made of, or those whose id begins in some way.
struct AccountListPage {
  private let exchange: Exchange
  private let moment: Moment
  private let link: ConsoleLink
  private let filters: [(name: String, value: String)]
  private let order: AccountSort
  private let page: Int

  private static let pageRows = 100
  private static let names = [
    "q", "currency", "bucket", "status", "product", "classification", "creditor", "portfolio",
  ]

  static let route = Route(
    "GET", "/console/accounts", "getConsoleAccounts",
    Text("a list of accounts, as a page", "una lista de cuentas, como página"),
    permission: .readProjections, isPage: true, answers: [.page],
    .aside { try AccountListPage($0).response() })

  private init(_ exchange: Exchange) throws {
    self.exchange = exchange
    moment = try exchange.pageMoment()
    link = ConsoleLink(exchange.request)
    filters = Self.names.compactMap { name in
      exchange.request.parameter(name).flatMap { $0.isEmpty ? nil : (name, $0) }
    }
    let name = exchange.request.parameter("order") ?? AccountSort.account.rawValue
    guard let order = AccountSort(rawValue: name) else {
      throw Problem.badParameter(
        "order", name, Text(same: AccountSort.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    self.order = order
    let text = exchange.request.parameter("page") ?? "1"
    guard let page = Int(text), (1...1_000_000).contains(page) else {
      throw Problem.badParameter("page", text, Text("a number from 1", "un número desde 1"))
    }
    self.page = page
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func filter(_ name: String) -> String? { filters.first { $0.name == name }?.value }

  private func response() throws -> HTTPResponse {
    let all = exchange.service.console.accounts(exchange.service, moment)
    // Whoever types a whole id wants that account.
    if let id = filter("q"), filters.count == 1, all.names.contains(id) {
      return HTTPResponse(seeOther: link.account(id))
    }
    let chosen = order.sorted(chosen(all), of: all.rows)
    let shown = chosen.dropFirst((page - 1) * Self.pageRows).prefix(Self.pageRows)
    let frame = ConsolePage(
      exchange, .accounts, Text("Accounts", "Cuentas"),
      counted(
        Int64(chosen.count), Text("account. ", "cuenta. "), Text("accounts. ", "cuentas. "))
        + Text(same: exchange.stand(moment)))
    return frame.response { html in
      writeForm(&html)
      guard !shown.isEmpty else {
        return html.nothing(
          all.rows.isEmpty
            ? say(
              "No account was open then, as known then.",
              "Ninguna cuenta estaba abierta entonces, según lo conocido.")
            : say(
              "No account is like that. Fewer conditions, or another id?",
              "Ninguna cuenta es así. ¿Menos condiciones, u otro id?"))
      }
      html.wideTable(
        say("Accounts", "Cuentas"),
        heads: [
          say("account", "cuenta"), say("product", "producto"), say("status", "estado"),
          say("outstanding", "saldo"), say("overdue", "vencido"),
          say("days past due", "días de atraso"), say("class", "clase"),
          say("last payment", "último pago"), say("next due", "próximo vencimiento"),
        ], numbers: [3, 4, 5], rows: shown.map { row(all, $0) })
      writePager(chosen.count, &html)
    }
  }

  private func writeForm(_ html: inout HTMLWriter) {
    html.ask("/console/accounts", say("Which accounts", "Qué cuentas"), say("Show", "Mostrar")) {
      html in
      html.field(
        "q", say("Account id, or how it begins", "Id de la cuenta, o su comienzo"),
        type: "search", value: filter("q") ?? "",
        [("autocomplete", "off"), ("spellcheck", "false")])
      exchange.momentFields(&html, moment)
      let any = ("", say("any", "cualquiera"))
      html.choice(
        "bucket", say("Days past due", "Días de atraso"),
        [any] + AgingBucket.allCases.map { ($0.name, $0.name) }, chosen: filter("bucket") ?? "")
      html.choice(
        "status", say("Status", "Estado"),
        [any]
          + [AccountStatus.open, .paid, .writtenOff, .closed].map {
            ($0.rawValue, $0.text[exchange.language])
          }, chosen: filter("status") ?? "")
      html.choice(
        "order", say("Order", "Orden"),
        [
          ("account", say("by id", "por id")),
          ("outstanding", say("most outstanding first", "mayor saldo primero")),
          ("overdue", say("most overdue first", "mayor vencido primero")),
          ("daysPastDue", say("longest past due first", "mayor atraso primero")),
        ], chosen: order.rawValue)
      for name in ["currency", "product", "classification", "creditor", "portfolio"] {
        if let value = filter(name) { html.hidden(name, value) }
      }
    }
    let hidden = filters.filter {
      ["currency", "product", "classification", "creditor", "portfolio"].contains($0.name)
    }
    if !hidden.isEmpty {
      html.element("p") { html in
        html.words(
          say("Only ", "Solo ")
            + hidden.map {
              "\(choiceText($0.name, exchange.language)) = \(choiceText($0.value, exchange.language))"
            }.joined(separator: ", ") + ". ")
        html.link(link.page("/console/accounts"), say("All accounts", "Todas las cuentas"))
      }
    }
  }

  private func chosen(_ all: ConsoleFigures.Accounts) -> [Int] {
    let wanted = { (name: String) in filter(name) }
    let (creditor, portfolio) = (wanted("creditor"), wanted("portfolio"))
    let texts = creditor == nil && portfolio == nil ? [:] : owners(all, creditor != nil)
    return all.rows.indices.filter { place in
      let row = all.rows[place]
      if let q = wanted("q"), !all.names[place].hasPrefix(q) { return false }
      if let currency = wanted("currency"), row.currency.code != currency { return false }
      if let bucket = wanted("bucket"), row.bucket.name != bucket { return false }
      if let status = wanted("status"), row.status.rawValue != status { return false }
      if let product = wanted("product"), row.product.name != product { return false }
      if let name = wanted("classification"), (row.classification?.name ?? "") != name {
        return false
      }
      if let owner = creditor ?? portfolio { return texts[place] == owner }
      return true
    }
  }

  /// The creditor or portfolio of each account, by its place.
  private func owners(_ all: ConsoleFigures.Accounts, _ isCreditor: Bool) -> [Int: String] {
    exchange.service.books.read { model in
      Dictionary(
        uniqueKeysWithValues: all.rows.indices.map { place in
          let row = all.rows[place]
          return (place, model.accounts.texts.text(isCreditor ? row.creditor : row.portfolio))
        })
    }
  }

  private func row(_ all: ConsoleFigures.Accounts, _ place: Int) -> [HTMLWriter.Cell] {
    let row = all.rows[place]
    func money(_ amount: Int64) -> HTMLWriter.Cell {
      .text("\(row.currency.code) \(amountText(amount, digits: row.currency.minorDigits))")
    }
    return [
      .head(.link(link.account(all.names[place]), all.names[place])),
      .text(choiceText(row.product.name, exchange.language)),
      .text(row.status.text[exchange.language]), money(row.outstanding.total),
      money(row.overdue.total), .text(grouped(Int64(row.daysPastDue))),
      .text(row.classification?.name ?? "–"), .time(row.lastPaymentOn?.text ?? "–"),
      .time(row.nextDueOn?.text ?? "–"),
    ]
  }

  private func writePager(_ count: Int, _ html: inout HTMLWriter) {
    let pages = (count + Self.pageRows - 1) / Self.pageRows
    guard pages > 1 else { return }
    func target(_ page: Int) -> String {
      link.page(
        "/console/accounts",
        filters.map { ($0.name, $0.value) } + [("order", order.rawValue), ("page", "\(page)")])
    }
    html.element("nav", ["class": "pager", "aria-label": say("More", "Más")]) { html in
      if page > 1 { html.link(target(page - 1), say("← Before", "← Antes")) }
      html.element("span", say("Page \(page) of \(pages)", "Página \(page) de \(pages)"))
      if page < pages { html.link(target(page + 1), say("Next →", "Siguiente →")) }
    }
  }
}
