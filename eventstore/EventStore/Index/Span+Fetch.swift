extension Span {
  /// Asks the processor for the memory of an element that will be looked at soon, and does not wait.
  @inline(__always)
  func fetch(_ place: Int) where Element: BitwiseCopyable {
    unsafe withUnsafeBufferPointer { elements in
      precondition(elements.indices.contains(place))
      if let start = elements.baseAddress { unsafe ProcessorCache.fetch(start + place) }
    }
  }
}
