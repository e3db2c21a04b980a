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

  /// Twelve rows of two columns whose classes overlap.
  private let columns: [[Double]] = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    [5, 1, 4, 2, 8, 3, 9, 6, 2, 7, 1, 4],
  ]
  private let outcomes = [0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1].map { $0 == 1 }

  @Test(
    "coefficients are scikit-learn 1.9.1's, LogisticRegression(C=1/ridge)",
    arguments: [
      (0.0, -0.7024397179, 0.4590539233, -0.5000266507),
      (1.0, -0.6857437428, 0.4066348632, -0.4307937037),
      (10.0, -0.6129599837, 0.2532806896, -0.2320201559),
    ])
  func peers(_ ridge: Double, _ intercept: Double, _ first: Double, _ second: Double) throws {
    let fit = try LogisticRegression(columns: columns, outcomes: outcomes, ridge: ridge)
    #expect(abs(fit.intercept - intercept) < 1e-6)
    #expect(abs(fit.coefficients[0] - first) < 1e-6)
    #expect(abs(fit.coefficients[1] - second) < 1e-6)
  }

  @Test("huge and tiny columns fit as their scaled ones do")
  func scales() throws {
    let plain = try LogisticRegression(columns: columns, outcomes: outcomes, ridge: 0)
    let scaled = try LogisticRegression(
      columns: [columns[0].map { $0 * 1e12 }, columns[1].map { $0 * 1e-9 }], outcomes: outcomes,
      ridge: 0)
    #expect(abs(scaled.coefficients[0] * 1e12 - plain.coefficients[0]) < 1e-8)
    #expect(abs(scaled.coefficients[1] * 1e-9 - plain.coefficients[1]) < 1e-8)
  }

  @Test("the same columns give the same bits")
  func again() throws {
    let one = try LogisticRegression(columns: columns, outcomes: outcomes, ridge: 1)
    #expect(try LogisticRegression(columns: columns, outcomes: outcomes, ridge: 1) == one)
  }

  @Test("what has no finite or no single best is refused, each under its own code")
  func refusals() throws {
    func code(_ columns: [[Double]], _ outcomes: [Bool], _ ridge: Double = 0) -> String? {
      do {
        _ = try LogisticRegression(columns: columns, outcomes: outcomes, ridge: ridge)
        return nil
      } catch {
        return error.code.rawValue
      }
    }
    let halves = (0..<12).map { $0 >= 6 }
    #expect(code([], []) == "no_rows")
    #expect(code(columns, Array(repeating: true, count: 12)) == "one_class")
    #expect(code([columns[0]], halves) == "separated_classes")
    #expect(code([columns[0]], halves, 1) == nil)
    #expect(code([columns[0], columns[0]], outcomes) == "collinear_columns")
    #expect(code([columns[0], columns[0]], outcomes, 1) == nil)
    #expect(code([columns[0], Array(repeating: 7, count: 12)], outcomes) == "collinear_columns")
  }
}
