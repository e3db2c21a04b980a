import Testing

@testable import quipu

@Suite("refusals in Spanish")
struct SpanishExpectationsTests {
  @Test("a sentence is found by its template, the closer first, and its parts are looked up too")
  func translates() {
    let table: [(english: String, spanish: String)] = [
      ("a text", "un texto"),
      ("a text of 1 to 80 characters", "un texto de 1 a 80 caracteres"),
      (
        "a list of 1 to 9 values, each an id: 1 to 64 of A-Z a-z 0-9 . _ : -",
        "una lista de 1 a 9 valores, cada uno un identificador: de 1 a 64 de A-Z a-z 0-9 . _ : -"
      ),
      (
        "one of debit, credit; did you mean debit?",
        "uno de estos: debit, credit; ¿quiso decir debit?"
      ),
      ("at most the credit on 2026-03-02, 500", "a lo más el saldo a favor al 2026-03-02, 500"),
      ("--as somebody with role admin (adoptPolicy)", "--as alguien con rol admin (adoptPolicy)"),
      ("what no template knows", "what no template knows"), ("", ""),
    ]
    for (english, spanish) in table {
      #expect(SpanishExpectations.spanish(english) == spanish)
    }
    for (english, spanish) in SpanishExpectations.templates {
      #expect(
        english.split(separator: "*", omittingEmptySubsequences: false).count
          == spanish.split(separator: "*", omittingEmptySubsequences: false).count, "\(english)")
      #expect(SpanishExpectations.parts(of: english, by: english) != nil)
    }
  }
}
