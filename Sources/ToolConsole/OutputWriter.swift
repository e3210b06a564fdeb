#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Collects what goes to a file descriptor into big writes.
///
/// For one thread: the one that runs the command.
package final class OutputWriter {
    private enum Target {
        case descriptor(Int32)
        case memory
    }

    private let target: Target
    private let isInterruptible: Bool
    private var buffer: [UInt8] = []
    private static let bufferBytes = 256 << 10

    /// Writes to an open descriptor, which stays open.
    ///
    /// - Parameter isInterruptible: whether writing ends with an error once the command is asked to end.
    package init(descriptor: Int32, isInterruptible: Bool = true) {
        target = .descriptor(descriptor)
        self.isInterruptible = isInterruptible
        buffer.reserveCapacity(Self.bufferBytes)
    }

    /// Keeps everything in ``collected``.
    package init() {
        target = .memory
        isInterruptible = true
    }

    /// What was written so far, when it goes to memory.
    package var collected: [UInt8] { buffer }

    package func write(_ text: String) throws(OutputError) {
        var text = text
        text.withUTF8 { buffer.append(contentsOf: $0) }
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    package func write(_ bytes: [UInt8]) throws(OutputError) {
        guard bytes.count >= Self.bufferBytes, case .descriptor(let descriptor) = target else {
            buffer.append(contentsOf: bytes)
            if buffer.count >= Self.bufferBytes { try flush() }
            return
        }
        try flush()
        try write(bytes, to: descriptor)
    }

    /// Hands everything to the system.
    package func flush() throws(OutputError) {
        guard case .descriptor(let descriptor) = target else { return }
        defer { buffer.removeAll(keepingCapacity: true) }
        try write(buffer, to: descriptor)
    }

    /// Waits for at most `milliseconds`, or until a signal comes.
    ///
    /// - Throws: ``OutputError/closed`` when nobody reads any more.
    package func wait(milliseconds: Int32) throws(OutputError) {
        guard case .descriptor(let descriptor) = target else {
            usleep(UInt32(milliseconds) * 1_000)
            return
        }
        // No events are asked for: that a pipe's reader has gone is told all the same.
        var request = pollfd(fd: descriptor, events: 0, revents: 0)
        let count = poll(&request, 1, milliseconds)
        if count > 0, request.revents & Int16(POLLERR | POLLNVAL) != 0 { throw .closed }
        // Anything else that stands there for good, such as a closed terminal, must not make this a busy loop.
        if count > 0 { usleep(UInt32(milliseconds) * 1_000) }
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
        var done = 0
        while done < bytes.count {
            if isInterruptible, Interruption.isRequested { throw .interrupted }
            let count = bytes.withUnsafeBytes { buffer -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                #if canImport(Glibc)
                    return Glibc.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    return Musl.write(descriptor, rest.baseAddress, rest.count)
                #else
                    return Darwin.write(descriptor, rest.baseAddress, rest.count)
                #endif
            }
            if count >= 0 {
                done += count
                // A signal that comes after a part was written makes the call short instead of failing, so the flag is
                // looked at before the next one.
                continue
            }
            try waitAfterFailure(errno, descriptor)
        }
    }

    private func waitAfterFailure(_ number: Int32, _ descriptor: Int32) throws(OutputError) {
        switch number {
        case EINTR:
            if isInterruptible, Interruption.isRequested { throw .interrupted }
        case EAGAIN:
            // Somebody has made the pipe or terminal non-blocking for all who share it.
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&request, 1, 1_000)
        case EPIPE: throw .closed
        default: throw .failed(number)
        }
    }
}
