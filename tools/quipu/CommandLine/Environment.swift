internal import Glibc

/// The value of an environment variable, or nil when it is unset or empty: the two mean the same
/// here.
func environmentValue(_ name: String) -> String? {
  guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
  return unsafe String(cString: value)
}

/// Makes sure that descriptors 0, 1 and 2 are taken.
///
/// Started with one of them closed, the program would get that number for the first file it opens,
/// and would write its results or its errors into the ledger. The stand-ins are opened the wrong
/// way round, so that a use of them fails as a use of a closed descriptor does.
func occupyStandardDescriptors() {
  for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) == -1 {
    _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
  }
}
