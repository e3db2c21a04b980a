internal import Collections
internal import Projections

/// By what way people were dealt with, as tables of the portfolio's page.
struct DealingTables {
  let exchange: Exchange

  /// Writes what there is to tell of a group.
  func write(_ dealings: DealingReport, _ html: inout HTMLWriter) {
    writeChannels(dealings, &html)
    writeWaits(dealings, &html)
  }

  private func say(_ english: String, _ spanish: String) -> String {
    exchange.say(english, spanish)
  }

  private func writeChannels(_ dealings: DealingReport, _ html: inout HTMLWriter) {
    let channels = dealings.usedChannels
    guard !channels.isEmpty else { return }
    html.heading(3, say("Answers by channel", "Respuestas por canal"))
    html.wideTable(
      say("Contacts and answers by channel", "Contactos y respuestas por canal"),
      heads: [
        say("channel", "canal"), say("went out", "salieron"),
        Measure.answers.name[exchange.language], say("rate", "tasa"),
        say("begun by her", "iniciados por ella"),
      ], numbers: [1, 2, 3, 4],
      rows: channels.map { channel, figures in
        let share = Share(figures.answered, of: figures.attempts)
        return [
          .head(.text(choiceText("\(channel)", exchange.language))),
          .text(grouped(figures.attempts)), .text(grouped(figures.answered)),
          .text(share.basisPoints.map(percentText) ?? "–"), .text(grouped(figures.begun)),
        ]
      })
    html.paragraph(Measure.answers.definition[exchange.language] + ".", isNote: true)
  }

  private func writeWaits(_ dealings: DealingReport, _ html: inout HTMLWriter) {
    let waits = dealings.usedWaits
    guard !waits.isEmpty else { return }
    html.heading(3, say("Time to a person", "Tiempo hasta una persona"))
    html.wideTable(
      say("Waits for a person", "Esperas por una persona"),
      heads: [
        say("waited after", "espera tras"), say("began", "empezaron"),
        say("still waiting", "aún esperan"), say("median", "mediana"),
        say("nine in ten", "nueve de diez"),
      ], numbers: [1, 2, 3, 4],
      rows: waits.map { reason, wait in
        [
          .head(.text(reason.text[exchange.language])), .text(grouped(wait.begun)),
          .text(grouped(wait.open)), .text(DealingReport.Wait.text(wait.median)),
          .text(DealingReport.Wait.text(wait.ninetieth)),
        ]
      })
    html.paragraph(Measure.waits.definition[exchange.language] + ".", isNote: true)
  }
}
