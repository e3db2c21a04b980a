internal import CanonicalJSON
internal import Collections
internal import EventStore
internal import Ledger
internal import Projections

/// One thing a person does in the portal: a page with its form, and what its button records.
///
///     GET PATH ─► page
///     POST PATH ─► token and fields ─► pressed before? ─► act: drafts and words ─► EventWriter ─► what was recorded
///                                              └─ FormFault ─► the same page, fields kept
struct PortalForm: Sendable {
  /// The path of both routes.
  let path: String
  /// What it is called in the operations' names.
  let name: String
  let doc: Text
  /// Writes the page, with what was written in it and what was wrong with that.
  let page: @Sendable (PortalOccasion) throws -> HTTPResponse
  /// What the form, sent, records. Throws ``FormFault``, ``Problem``.
  let act: @Sendable (PortalOccasion) throws -> PortalAct

  var routes: [Route] {
    [
      Route(
        "GET", path, "getPortal\(name)", doc, permission: nil, isPage: true, answers: [.page],
        .aside { exchange in
          try page(PortalOccasion(exchange.visit(), PortalFields(exchange.request.query)))
        }),
      Route(
        "POST", path, "postPortal\(name)", doc, permission: nil, isPage: true, body: .form,
        answers: [.page], problems: [403, 409, 429, 503],
        .later { exchange, answer in
          guard let writer = exchange.service.writer else { throw Problem.readOnly }
          let isTaken = exchange.service.aside.add {
            do {
              try receive(exchange, writer, answer)
            } catch {
              answer { throw error }
            }
          }
          if !isTaken { throw Problem.busy }
        }),
    ]
  }

  /// Records what a form says, once however often it is sent.
  private func receive(
    _ exchange: Exchange, _ writer: EventWriter, _ answer: @escaping Route.Work.Later
  ) throws {
    let visit = try exchange.visit()
    let form = exchange.request.form ?? []
    // Other words in the same form, as after a way back in the browser, are another act.
    let fields = PortalFields(form)
    let key = try visit.key(of: form) + ":" + visit.mark(of: fields.stated)
    let occasion = PortalOccasion(visit, fields, key: key)
    guard let memory = exchange.service.portal?.acts else {
      preconditionFailure("it is no portal")
    }
    let place = PortalActMemory.Form(
      session: visit.mark(of: ""), key: key, path: exchange.request.path)
    let isFirst = memory.begin(place) { known in
      answer {
        switch known {
        case .told(let told): return told.page(exchange)
        case .nothing: throw Problem.busy
        case .outdated: throw Problem.outdatedForm
        }
      }
    }
    guard isFirst else { return }
    record(occasion, writer, triesLeft: Self.tries) { result in
      switch result {
      case .recorded(let told):
        memory.end(place, with: told)
        answer { told.page(exchange) }
      case .refused(let fault, let occasion):
        memory.end(place, with: nil)
        answer { try page(occasion.with(fault)) }
      case .failed(let error):
        memory.end(place, with: nil)
        answer { throw error }
      }
    }
  }

  /// What came of a form.
  private enum Outcome {
    case recorded(PortalAct.Told)
    /// Refused, by her own fields or by the rules, and the visit it was judged in.
    case refused(FormFault, PortalOccasion)
    case failed(any Error)
  }

  /// How often a form is judged anew because its account changed meanwhile.
  private static let tries = 3

  /// Judges a form and records what it says. Where its account has changed since it was judged, it is judged
  /// by what is known then: of two that exclude each other, one is recorded.
  private func record(
    _ occasion: PortalOccasion, _ writer: EventWriter, triesLeft: Int,
    _ done: @escaping @Sendable (Outcome) -> Void
  ) {
    do {
      let made = try act(occasion)
      let drafts = try made.drafts.map { own in try Draft(own.json, line: 0) { _ in own.key } }
      let submission = EventWriter.Submission(drafts: drafts, actor: Portal.actor, approval: nil)
      let exchange = occasion.exchange
      writer.record(submission) { outcome in
        switch outcome {
        case .recorded: done(.recorded(made.told))
        case .refused(let refusal) where refusal.code == "wrong_position" && triesLeft > 0:
          let isTaken = exchange.service.aside.add {
            do {
              let again = try occasion.anew()
              record(again, writer, triesLeft: triesLeft - 1, done)
            } catch { done(.failed(error)) }
          }
          if !isTaken { done(.failed(Problem.busy)) }
        case .refused(let refusal): done(.refused(FormFault(refusal), occasion))
        case .failed(let error): done(.failed(Problem(of: error)))
        }
      }
    } catch let fault as FormFault {
      done(.refused(fault, occasion))
    } catch {
      done(.failed(error))
    }
  }
}

extension Problem {
  /// A form that was sent before, where she did something else since.
  static var outdatedForm: Problem {
    Problem(
      409, "outdated_form",
      Text(
        "this was recorded before, and you did something else since: open the page again",
        "esto ya se registró y usted hizo otra cosa después: abra la página de nuevo"))
  }
}

/// What a form records, and how that is told.
struct PortalAct: Sendable {
  let drafts: [OwnDraft]
  let told: Told

  /// What the page says once it is recorded: nothing that she wrote in her own words.
  struct Told: Sendable {
    let what: Text
    let whatFollows: [Text]
    let until: CivilDate?

    func page(_ exchange: Exchange) -> HTTPResponse {
      PortalPage.recorded(exchange, what: what, whatFollows: whatFollows, until: until)
    }
  }

  init(
    drafts: [OwnDraft], what: Text, whatFollows: [Text] = [], until: CivilDate? = nil
  ) {
    self.drafts = drafts
    told = Told(what: what, whatFollows: whatFollows, until: until)
  }
}

/// A form asked for, or sent: by whom, about which account, with what in it.
struct PortalOccasion: Sendable {
  let visit: PortalVisit
  let fields: PortalFields
  /// The beginning of the keys of what is recorded; empty where nothing was sent.
  let key: String
  private(set) var fault: FormFault?

  init(_ visit: PortalVisit, _ fields: PortalFields, key: String = "") {
    (self.visit, self.fields, self.key) = (visit, fields, key)
  }

  /// The same, sent in vain.
  func with(_ fault: FormFault) -> PortalOccasion {
    var copy = self
    copy.fault = fault
    return copy
  }

  /// The same, by what is known now. Throws what ``Exchange/visit()`` does.
  func anew() throws -> PortalOccasion {
    PortalOccasion(try exchange.visit(), fields, key: key)
  }

  var today: CivilDate { visit.today }
  var language: Language { visit.language }
  var exchange: Exchange { visit.exchange }

  /// The number the path names an account by, and its own page.
  var number: String { exchange.pathValue("n") }
  var accountPath: String { "/accounts/\(number)" }

  func say(_ english: String, _ spanish: String) -> String { visit.say(english, spanish) }

  /// The account the path names. Throws ``Problem`` 404 for none of hers.
  func account() throws(Problem) -> String { try visit.account(numbered: number) }

  /// The account, which she owes herself. Throws ``Problem``: 404; 403 `not_the_debtor` for one she
  /// vouches for, `account_closed` for one that is closed or sold.
  func ownAccount() throws -> String {
    let account = try account()
    guard visit.owes(account) else {
      throw Problem(
        403, "not_the_debtor",
        Text(
          "you vouch for this account: only whoever owes it can agree that. To talk about what you "
            + "vouch for, write or call us",
          "usted es aval de esta cuenta: solo quien la debe puede acordar eso. Para hablar de su "
            + "garantía, escríbanos o llámenos"))
    }
    if let closing = try visit.report(account).closing {
      throw Problem(403, "account_closed", closing)
    }
    return account
  }

  /// A name for what this form records, the same however often it is sent.
  func id(_ kind: String) -> String {
    "\(kind)-\(Digest(hashing: key).hex.prefix(16))"
  }

  /// An event that this form records about an account; at a position in its stream where it is good only as
  /// long as nothing else has happened there.
  func draft(
    _ type: EventType, on account: String, at position: Int64? = nil,
    _ data: KeyValuePairs<String, JSONValue?>
  ) -> OwnDraft {
    var draft = OwnDraft(
      type, "account/\(account)", key: "\(key):\(type.name)", on: today,
      cause: visit.cause(of: account), subject: visit.subject, data)
    draft.position = position
    return draft
  }

  /// An event that this form records about her.
  func draft(_ type: EventType, _ data: KeyValuePairs<String, JSONValue?>) -> OwnDraft {
    OwnDraft(
      type, "subject/\(visit.subject)", key: "\(key):\(type.name)", on: today,
      cause: visit.cause(), data)
  }

  /// What she wrote in her own words, sealed under her key; nothing where she wrote nothing.
  func message(_ field: String, on account: String) -> [OwnDraft] {
    let words = fields[field]
    guard !words.isEmpty else { return [] }
    return [
      draft(
        .messageReceived, on: account, ["channel": .string("portal"), "text": .string(words)])
    ]
  }

  /// The page of a form: what is wrong first, with the way to the field.
  func page(
    _ title: Text, lead: Text = "", back: (path: String, words: Text)? = nil,
    _ body: (inout HTMLWriter) throws -> Void
  ) rethrows -> HTTPResponse {
    let way =
      back
      ?? (exchange.path["n"] == nil
        ? PortalPage.home : (accountPath, Text("The account", "La cuenta")))
    var page = PortalPage(exchange, title, lead: lead, back: way)
    page.status = fault == nil ? 200 : 422
    return try page.response { html in
      if let fault {
        html.element("div", ["class": "notice bad", "role": "alert"]) { html in
          html.element("strong", say("There is a problem", "Hay un problema"))
          html.element("p") { html in
            if fault.field.isEmpty {
              html.words(fault.words[language])
            } else {
              html.link("#f-\(fault.field)", fault.words[language])
            }
          }
        }
      }
      try body(&html)
    }
  }

  /// A field, with what was written in it.
  func field(
    _ html: inout HTMLWriter, _ name: String, _ label: String, type: String = "text",
    standard: String = "", hint: String = "", _ more: [(String, String)] = []
  ) {
    let isWrong = fault?.field == name
    let value = fields[name]
    html.field(
      name, label, type: type, value: value.isEmpty ? standard : value, hint: hint,
      more + (isWrong ? [("aria-invalid", "true")] : []))
  }

  /// Room for what she wants to say.
  func words(_ html: inout HTMLWriter, _ name: String, _ label: String, hint: String = "") {
    html.element("div", ["class": "field"]) { html in
      html.element("label", ["for": "f-\(name)"], label)
      if !hint.isEmpty { html.element("small", ["id": "h-\(name)"], hint) }
      html.element(
        "textarea", ["id": "f-\(name)", "name": name, "rows": "4", "maxlength": "4000"],
        fields[name])
    }
  }

  /// A choice of one, each in a line of its own; none is chosen beforehand.
  func choice(
    _ html: inout HTMLWriter, _ name: String, _ question: String, _ options: [FormChoice],
    standard: String = ""
  ) {
    let chosen = fields[name].isEmpty ? standard : fields[name]
    html.element("fieldset") { html in
      html.element("legend", question)
      for (place, option) in options.enumerated() {
        html.element("label", ["class": "choice"]) { html in
          let attributes: HTMLWriter.Attributes = [
            "type": "radio", "name": name, "value": option.value,
            "id": place == 0 ? "f-\(name)" : "f-\(name)-\(place + 1)",
          ]
          html.void(
            "input", attributes.adding("checked", option.value == chosen ? "checked" : nil))
          html.words(option.words[language])
        }
      }
    }
  }
}
