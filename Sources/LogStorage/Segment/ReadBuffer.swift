/// Memory that file contents are read into; freed with the last reference.
final class ReadBuffer {
    private(set) var bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: max(byteCount, 1), alignment: 16)
    }

    deinit {
        bytes.deallocate()
    }

    /// Makes room for at least `byteCount` bytes; what was in it is lost.
    func grow(to byteCount: Int) {
        guard byteCount > bytes.count else { return }
        bytes.deallocate()
        bytes = .allocate(byteCount: byteCount, alignment: 16)
    }
}
