#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one place where interrupted and short calls are dealt with.
extension File {
    /// Reads until `buffer` is full or the file ends, and says how many bytes there were.
    package func readFully(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemCallError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            do throws(SystemCallError) {
                let count = try read(into: rest, at: offset + UInt64(done))
                if count == 0 { break }
                done += count
            } catch {
                if error.number != EINTR { throw error }
            }
        }
        return done
    }

    /// What a file system does that cannot tell whether a read would wait.
    package func readCached(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemCallError) -> Int? {
        nil
    }

    /// Fills `buffer` with bytes that are in memory; false where it would have to wait, or the file ends before.
    package func readCachedFully(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: UInt64
    ) throws(SystemCallError) -> Bool {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            guard let count = try readCached(into: rest, at: offset + UInt64(done)), count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Writes all of `bytes`.
    package func writeFully(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            do throws(SystemCallError) {
                let count = try write(rest, at: offset + UInt64(done))
                guard count > 0 else { throw SystemCallError(call: "pwrite", path: path, number: EIO) }
                done += count
            } catch {
                if error.number != EINTR { throw error }
            }
        }
    }

    /// Writes all of `bytes`.
    package func writeFully(_ bytes: [UInt8], at offset: UInt64) throws(SystemCallError) {
        let result = bytes.withUnsafeBytes { buffer -> Result<Void, SystemCallError> in
            do throws(SystemCallError) {
                try writeFully(buffer, at: offset)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Reserves room so that the file is at least `size` bytes long, the new part being zero.
    package func preallocateFully(to size: UInt64) throws(SystemCallError) {
        try uninterrupted { () throws(SystemCallError) in try preallocate(to: size) }
    }

    /// Cuts or extends the file to `size` bytes.
    package func truncateFully(to size: UInt64) throws(SystemCallError) {
        try uninterrupted { () throws(SystemCallError) in try truncate(to: size) }
    }

    private func uninterrupted(_ call: () throws(SystemCallError) -> Void) throws(SystemCallError) {
        while true {
            do throws(SystemCallError) {
                return try call()
            } catch {
                if error.number != EINTR { throw error }
            }
        }
    }

    /// Makes durable what is in the file, though an earlier process may have seen its sync fail.
    ///
    /// Linux gives up pages that it could not write: they can still be read, and no later sync writes them. So they are
    /// written anew ("Can Applications Recover from fsync Failures?", USENIX ATC 2020).
    package func writeAgain(_ range: Range<UInt64>) throws(SystemCallError) {
        try writeFully(bytes(in: range), at: range.lowerBound)
        try syncData()
    }

    /// The bytes of `range`, fewer if the file ends within it.
    package func bytes(in range: Range<UInt64>) throws(SystemCallError) -> [UInt8] {
        var failure: SystemCallError?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(range.upperBound - range.lowerBound)) { buffer, count in
            do throws(SystemCallError) {
                count = try readFully(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
