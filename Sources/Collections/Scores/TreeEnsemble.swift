/// Boosted trees, trained elsewhere, their leaf values turned into whole numbers at a stated scale.
///
/// Each tree is walked from its first node to a leaf, and the leaves' values are added up. Features are
/// whole numbers, so a split is one comparison of whole numbers and exact.
package struct TreeEnsemble: Equatable, Sendable {
  /// A split or a leaf.
  package struct Node: BitwiseCopyable, Equatable, Sendable {
    /// Values below it go to `yes`, others to `no`; unused in a leaf.
    package var below: Int64
    /// What the tree gives here, at the ensemble's scale: of a leaf its value, of a split what is expected
    /// of those that come so far. What a split adds or takes is the difference, the reason for a score.
    package var value: Int64
    /// Places of the nodes that follow, in the same tree; a leaf's are 0.
    package var yes: Int32
    package var no: Int32
    /// The place of the feature among the inputs.
    package var input: UInt8
    /// Whether a value that is missing goes to `yes`.
    package var missingIsYes: Bool
    package var isLeaf: Bool

    /// A leaf.
    package init(leaf value: Int64) {
      (below, yes, no, input, missingIsYes, isLeaf) = (0, 0, 0, 0, false, true)
      self.value = value
    }

    /// A split.
    package init(
      input: UInt8, below: Int64, yes: Int32, no: Int32, missingIsYes: Bool, expected value: Int64
    ) {
      (self.input, self.below, self.yes, self.no) = (input, below, yes, no)
      (self.missingIsYes, self.value, self.isLeaf) = (missingIsYes, value, false)
    }
  }

  /// How a sum becomes points: `offset + ⌊sum × numerator ÷ denominator⌋`.
  package struct Scaling: BitwiseCopyable, Equatable, Sendable {
    /// The points of a sum of 0; and how many a sum of `denominator` adds.
    package var offset: Int64
    package var numerator: Int64
    package var denominator: Int64

    /// A scale; numerator and denominator are above 0.
    package init(offset: Int64, numerator: Int64, denominator: Int64) {
      (self.offset, self.numerator, self.denominator) = (offset, numerator, denominator)
    }

    /// The points of a sum, within ``Score/range``.
    package func points(of sum: Int64) -> Int64 {
      let product = Int128(sum) * Int128(numerator)
      let (quotient, rest) = product.quotientAndRemainder(dividingBy: Int128(denominator))
      let points = Int128(offset) + quotient - (rest < 0 ? 1 : 0)
      return Score.clamped(Int64(clamping: points))
    }
  }

  /// The most trees, nodes of a tree, and the largest value of a node: a sum of that many stays a 64-bit
  /// whole number.
  package static let mostTrees = 5_000
  package static let mostNodes = 16_384
  package static let largestValue: Int64 = 10_000_000_000_000

  /// What a value of 1 is as a whole number, as 1,000,000,000.
  package let scale: Int64
  /// What every sum begins with.
  package let base: Int64
  /// The features, each once, and what is said of a person for whom one counts against her.
  package let inputs: [(feature: Feature, reason: BilingualText)]
  /// The trees' nodes; the first of a tree is its root.
  package let trees: [[Node]]
  /// How a sum becomes points.
  package let scaling: Scaling
  /// All nodes end to end, `input` the feature's own index and the places those of this list.
  private let nodes: [Node]
  private let roots: [Int32]

  /// An ensemble; what must hold of it is checked where its document is read.
  package init(
    scale: Int64, base: Int64, inputs: [(feature: Feature, reason: BilingualText)],
    trees: [[Node]], scaling: Scaling
  ) {
    (self.scale, self.base, self.inputs) = (scale, base, inputs)
    (self.trees, self.scaling) = (trees, scaling)
    var nodes: [Node] = []
    var roots: [Int32] = []
    for tree in trees {
      let root = Int32(nodes.count)
      roots.append(root)
      for var node in tree {
        if !node.isLeaf {
          node.input = inputs[Int(node.input)].feature.index
          (node.yes, node.no) = (node.yes + root, node.no + root)
        }
        nodes.append(node)
      }
    }
    (self.nodes, self.roots) = (nodes, roots)
  }

  /// Whether both are made of the same trees.
  package static func == (one: TreeEnsemble, other: TreeEnsemble) -> Bool {
    one.scale == other.scale && one.base == other.base && one.trees == other.trees
      && one.scaling == other.scaling
      && one.inputs.elementsEqual(other.inputs) { $0 == $1 }
  }

  /// The sum of the leaves that the values of a ``FeatureRow`` lead to, at ``scale``. O(depth × trees).
  package func sum(_ values: Span<Int64>) -> Int64 {
    var sum = base
    walk(values) { _, _, _ in
    } leaf: {
      sum += $0
    }
    return sum
  }

  /// Points, and the features that took most from them.
  func points(
    _ values: Span<Int64>, isFavourable: Bool
  ) -> (points: Int64, reasons: ScoreReasons) {
    let sign: Int64 = isFavourable ? -1 : 1
    var sum = base
    var given = InlineArray<256, Int64>(repeating: 0)
    walk(values) { feature, before, after in
      given[feature] += after - before
    } leaf: {
      sum += $0
    }
    var gaps = WidestGaps()
    for input in inputs {
      gaps.consider(sign * given[Int(input.feature.index)], input.feature.index)
    }
    return (scaling.points(of: sum), gaps.reasons)
  }

  /// What each input adds to the sum, in the order of ``inputs``: along every path, what is expected after
  /// a split less what was before. With `base` and what the roots expect they make the sum.
  package func contributions(_ values: Span<Int64>) -> [Int64] {
    var given = InlineArray<256, Int64>(repeating: 0)
    walk(values) { feature, before, after in
      given[feature] += after - before
    } leaf: { _ in
    }
    return inputs.map { given[Int($0.feature.index)] }
  }

  /// What is expected before anything is known: `base` and the roots.
  package var expected: Int64 {
    trees.reduce(base) { $0 + ($1.first?.value ?? 0) }
  }

  @inline(__always)
  private func walk(
    _ values: Span<Int64>, _ split: (_ feature: Int, _ before: Int64, _ after: Int64) -> Void,
    leaf: (Int64) -> Void
  ) {
    let nodes = nodes.span
    for root in roots {
      var node = nodes[Int(root)]
      while !node.isLeaf {
        let value = values[Int(node.input)]
        let isYes = value == Feature.missing ? node.missingIsYes : value < node.below
        let next = nodes[Int(isYes ? node.yes : node.no)]
        split(Int(node.input), node.value, next.value)
        node = next
      }
      leaf(node.value)
    }
  }
}
