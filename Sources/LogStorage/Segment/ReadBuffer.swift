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
    private func grow(to byteCount: Int) {
        guard byteCount > bytes.count else { return }
        bytes.deallocate()
        bytes = .allocate(byteCount: byteCount, alignment: 16)
    }

    /// Reads a part of a file; fewer bytes than asked for if the file ends within it.
    ///
    /// - Throws: ``LogError/Code/io``; ``LogError/Code/notCached`` if `mode` does not let it read all of the part.
    func fill(
        from file: any File,
        _ range: Range<UInt64>,
        _ mode: ReadMode = .blocking
    ) throws(LogError) -> UnsafeRawBufferPointer {
        let count = Int(range.upperBound - range.lowerBound)
        if case .cached(let allowance) = mode, !allowance.take(count) { throw Self.notCached }
        grow(to: count)
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
        if case .cached = mode {
            let isRead = try attempt { () throws(SystemCallError) in
                try file.readCachedFully(into: target, at: range.lowerBound)
            }
            guard isRead else { throw Self.notCached }
            return UnsafeRawBufferPointer(target)
        }
        let read = try attempt { () throws(SystemCallError) in try file.readFully(into: target, at: range.lowerBound) }
        return UnsafeRawBufferPointer(rebasing: target[..<read])
    }

    private static let notCached = LogError(.notCached, "the bytes are not in memory")
}
