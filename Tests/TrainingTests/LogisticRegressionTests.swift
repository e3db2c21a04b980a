import Testing
import Training

@Suite("Logistic regression")
struct LogisticRegressionTests {
  @Test("of one flag the coefficients are the log-odds themselves")
  func flag() throws {
    // 10 of 40 without it, 30 of 40 with it: log-odds ln(1/3) and ln 3.
    let column = Array(repeating: 0.0, count: 40) + Array(repeating: 1.0, count: 40)
    let outcomes = (0..<80).map { $0 < 10 || (40..<70).contains($0) }
    let fit = try LogisticRegression(columns: [column], outcomes: outcomes, ridge: 0)
    #expect(abs(fit.intercept + 1.0986122886681098) < 1e-9)
    #expect(abs(fit.coefficients[0] - 2 * 1.0986122886681098) < 1e-9)
  }
}
