internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One account at a pair of moments: what it owes, how that came about, and what has changed since.
struct AccountPage {
  let exchange: Exchange
  let moments: AccountMoments
  /// At the pair of moments asked for.
  let report: AccountReport
  /// Which of its events are told of, and those.
  let timeline: AccountTimelinePage
  /// The last of its contacts.
  let contacts: AccountHistory
  /// Today, by all that is known.
  let now: AccountReport
  let curve: BalanceCurve
  let scores: AccountScores
  let link: ConsoleLink

  static let route = Route(
    "GET", "/console/accounts/{account}", "getConsoleAccount",
    Text("one account at two moments, as a page", "una cuenta en dos momentos, como página"),
    permission: .readProjections, isPage: true, answers: [.page], problems: [404],
    .aside { exchange in
      let id = exchange.pathValue("account")
      let view = try exchange.service.view()
      let size = min(view.size, exchange.service.books.size)
      let (book, lines) = try view.account(id, knownAt: size)
      guard let number = book.accounts.find(id), let (_, opening) = book.opening(of: number) else {
        return unknown(id, exchange)
      }
      let openedOn = book.opening(of: number).map { CivilDate(days: $0.0.effective) }
      let moments = try AccountMoments(
        exchange, lines, openedOn: openedOn ?? exchange.service.books.today)
      _ = opening
      let path = "/console/accounts/" + ConsoleLink.encoded(id)
      guard !moments.isMoved else {
        let moment = moments.moment
        return HTTPResponse(
          seeOther: ConsoleLink.address(
            path, [("on", moment.on.text), ("knownAt", "\(moment.size)")]))
      }
      let moment = moments.moment
      guard let report = try AccountReport(id, of: book, on: moment.on, knownAt: moment.size)
      else { return notYet(id, exchange, moments, openedOn) }
      let present = Moment(on: max(exchange.service.books.today, moment.on), size: size)
      let now =
        present == moment
        ? nil : try AccountReport(id, of: book, on: present.on, knownAt: present.size)
      let known = moments.events.indices.filter { moments.events[$0].seq < moment.size }
      let contacts = known.filter { moments.events[$0].type?.declaration.group == .contacts }
        .suffix(mostContactEvents)
      let page = AccountPage(
        exchange: exchange, moments: moments, report: report,
        timeline: try AccountTimelinePage(exchange, moments, known) { places in
          try AccountHistory(report, lines: places.map { lines[$0] }, of: book)
        },
        contacts: try AccountHistory(report, lines: contacts.map { lines[$0] }, of: book),
        now: now ?? report,
        curve: try BalanceCurve(number, book, on: moment.on, knownAt: moment.size),
        scores: AccountScores(id, exchange.service, moment), link: ConsoleLink(exchange.request))
      return page.response()
    })

  /// Of the events of contacts, the last that are read.
  private static let mostContactEvents = 400

  var moment: Moment { moments.moment }
  var digits: Int { report.row.currency.minorDigits }
  var language: Language { exchange.language }

  func say(_ english: String, _ spanish: String) -> String { exchange.say(english, spanish) }

  /// An amount without its currency, for columns that name it.
  func money(_ amount: Int64) -> String { amountText(amount, digits: digits) }

  /// An amount with its currency.
  func full(_ amount: Int64) -> String { "\(report.row.currency.code) \(money(amount))" }

  /// A link to an event, for those who may see events.
  func event(_ seq: Int64) -> HTMLWriter.Cell {
    exchange.grant.allows(.readEvents) ? .link(link.event(seq), "#\(seq)") : .text("#\(seq)")
  }

  private func response() -> HTTPResponse {
    let row = report.row
    let what = choiceText(row.product.name, language)
    let frame = ConsolePage(
      exchange, .accounts, Text(same: report.account),
      Text(
        "\(what) of \(report.creditor), owed by \(report.subject): "
          + "\(row.status.text.english). ",
        "\(what) de \(report.creditor), a cargo de \(report.subject): "
          + "\(row.status.text.spanish). ") + Text(same: exchange.stand(moment)))
    return frame.response { html in
      moments.write(
        exchange, "/console/accounts/" + ConsoleLink.encoded(report.account), &html)
      writeFigures(&html)
      curve.write(self, &html)
      writeChange(&html)
      writeHolds(&html)
      writeItems(&html)
      writePayments(&html)
      writePromises(&html)
      writePlans(&html)
      scores.write(self, &html)
      writeTimeline(&html)
      writeContacts(&html)
    }
  }

  /// No account of that id: those whose ids are like it.
  private static func unknown(_ id: String, _ exchange: Exchange) -> HTTPResponse {
    let near = exchange.service.books.read { model -> [String] in
      let book = model.accounts.accounts
      let sorted = book.sorted()
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if book.text(sorted[middle]) < id { low = middle + 1 } else { high = middle }
      }
      return sorted[max(0, low - 3)..<min(sorted.count, low + 5)].map(book.text)
    }
    var page = ConsolePage(
      exchange, .accounts, Text("No such account", "No existe la cuenta"),
      Text(
        "No account \(id) is in the ledger.", "La cuenta \(id) no está en el libro."))
    page.status = 404
    page.isNarrow = true
    let link = ConsoleLink(exchange.request)
    return page.response { html in
      guard !near.isEmpty else {
        return html.nothing(
          exchange.say("The ledger has no accounts yet.", "El libro aún no tiene cuentas."))
      }
      html.element("h2", exchange.say("Accounts with ids near it", "Cuentas con ids cercanos"))
      html.element("ul") { html in
        for name in near { html.element("li") { $0.link(link.account(name), name) } }
      }
      html.element("p") {
        $0.link(
          link.page("/console/accounts"), exchange.say("All accounts", "Todas las cuentas"))
      }
    }
  }

  /// The account is there, but was not yet open at the pair of moments.
  private static func notYet(
    _ id: String, _ exchange: Exchange, _ moments: AccountMoments, _ openedOn: CivilDate?
  ) -> HTTPResponse {
    let page = ConsolePage(
      exchange, .accounts, Text(same: id),
      Text("Not open yet. ", "Aún no abierta. ") + Text(same: exchange.stand(moments.moment)))
    return page.response { html in
      let path = "/console/accounts/" + ConsoleLink.encoded(id)
      moments.write(exchange, path, &html)
      let day = openedOn?.text ?? ""
      let first = moments.events.first.map { grouped($0.seq + 1) } ?? ""
      html.nothing(
        exchange.say(
          "At that pair of moments nobody knew of this account: it opened on \(day), and its first "
            + "event is known from a size of \(first) events on.",
          "En ese par de momentos nadie conocía esta cuenta: se abrió el \(day), y su primer evento "
            + "se conoce desde \(first) eventos."))
      html.element("p") {
        $0.link(path, exchange.say("As it is now", "Como está ahora"))
      }
    }
  }
}
