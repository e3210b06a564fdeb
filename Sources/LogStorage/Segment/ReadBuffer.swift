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
    func fill(from file: any File, _ range: Range<UInt64>) throws(LogError) -> UnsafeRawBufferPointer {
        let count = Int(range.upperBound - range.lowerBound)
        grow(to: count)
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
        let read = try attempt { () throws(SystemCallError) in try file.readFully(into: target, at: range.lowerBound) }
        return UnsafeRawBufferPointer(rebasing: target[..<read])
    }

    /// Reads a part of a file if all of it is in memory; `nil` otherwise.
    func fillCached(from file: any File, _ range: Range<UInt64>) throws(LogError) -> UnsafeRawBufferPointer? {
        let count = Int(range.upperBound - range.lowerBound)
        grow(to: count)
        let target = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
        let isRead = try attempt { () throws(SystemCallError) in
            try file.readCachedFully(into: target, at: range.lowerBound)
        }
        return isRead ? UnsafeRawBufferPointer(target) : nil
    }
}
