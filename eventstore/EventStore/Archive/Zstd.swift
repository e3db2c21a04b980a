internal import CZstd

/// The only door to libzstd: whole frames, from memory to memory.
enum Zstd {
  /// A compression level that gives up little size for a third of the time of the highest ones.
  private static let level: Int32 = 9

  /// `bytes` as one frame that ends with a checksum; `nil` when libzstd refuses, for want of memory.
  static func frame(of bytes: Span<UInt8>) -> [UInt8]? {
    guard let context = unsafe ZSTD_createCCtx() else { return nil }
    defer { unsafe ZSTD_freeCCtx(context) }
    guard
      unsafe ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) == 0,
      unsafe ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)) == 0
    else { return nil }
    var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = unsafe frame.withUnsafeMutableBytes { target in
      unsafe bytes.withUnsafeBytes { source in
        unsafe ZSTD_compress2(
          context, target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    guard ZSTD_isError(count) == 0 else { return nil }
    frame.removeSubrange(count...)
    return frame
  }

  /// The `count` bytes in a frame; `nil` unless it holds exactly so many and its checksum is theirs.
  static func inflated(_ frame: [UInt8], count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe bytes.withUnsafeMutableBytes { target in
      unsafe frame.withUnsafeBytes { source in
        unsafe ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count)
      }
    }
    return ZSTD_isError(got) == 0 && got == count ? bytes : nil
  }
}
