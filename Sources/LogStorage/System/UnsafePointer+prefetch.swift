import CPlatform

extension UnsafePointer {
    /// Asks the processor for the memory that this points to, without waiting for it.
    ///
    /// - Note: of what is longer than two cache lines, only the first and the last come.
    package func prefetch() {
        CPlatform_prefetch(self, UnsafeRawPointer(self + 1) - 1)
    }
}
