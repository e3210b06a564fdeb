import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One request for `/health/ready`, over a connection of its own that blocks its thread.
struct ReadinessRequest {
    /// More than any answer to this request has.
    private static let maximumBytes = 64 << 10

    private let host: String
    private let port: Int
    private let timeout: Duration
    private let deadline: ContinuousClock.Instant

    /// - Throws: ``HealthError`` when the settings do not say which port the server has.
    init(settings: ServerSettings, timeout: Duration) throws(HealthError) {
        guard settings.port != 0 else {
            throw HealthError("\(SettingName.port.rawValue) is 0: say with --port which port the server got")
        }
        // A server that listens on all addresses is reached on this one.
        host = ["0.0.0.0": "127.0.0.1", "::": "::1"][settings.host] ?? settings.host
        port = settings.port
        self.timeout = timeout
        deadline = .now + timeout
    }

    /// Asks and waits for the answer.
    ///
    /// - Throws: ``HealthError`` when there is no server, or no answer in time.
    func send() throws(HealthError) -> ReadinessAnswer {
        let connection = try connected()
        defer { close(connection) }
        try write(
            Array("GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8),
            to: connection
        )
        return try ReadinessAnswer(readToEnd(connection))
    }

    // MARK: - Connecting

    /// A connection to the first of the host's addresses that has one.
    private func connected() throws(HealthError) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let list else {
            throw HealthError("\(host) is no address and no known name")
        }
        defer { freeaddrinfo(list) }
        var failure = ECONNREFUSED
        for address in sequence(first: list, next: { $0.pointee.ai_next }).map(\.pointee) {
            let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            guard descriptor >= 0 else { continue }
            // On Linux the limit for sending is that for connecting, too.
            limit(SO_SNDTIMEO, of: descriptor)
            if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
            failure = errno
            close(descriptor)
        }
        throw self.failure("no server answers", failure)
    }

    // MARK: - Sending and receiving

    private func write(_ bytes: [UInt8], to connection: Int32) throws(HealthError) {
        var done = 0
        while done < bytes.count {
            limit(SO_SNDTIMEO, of: connection)
            let count = bytes.withUnsafeBytes { raw in
                systemWrite(connection, raw.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count > 0 {
                done += count
            } else if count == 0 || errno != EINTR {
                throw failure("the request cannot be sent", errno)
            }
        }
    }

    private func readToEnd(_ connection: Int32) throws(HealthError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4 << 10)
        while bytes.count < Self.maximumBytes {
            guard deadline > .now else { throw failure("no complete answer", EAGAIN) }
            limit(SO_RCVTIMEO, of: connection)
            let count = systemRead(connection, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 {
                bytes += buffer.prefix(count)
            } else if errno != EINTR {
                throw failure("no complete answer", errno)
            }
        }
        return bytes
    }

    /// Lets the next call on the socket block until the deadline at most; at least a millisecond, since 0 means for ever.
    private func limit(_ option: Int32, of descriptor: Int32) {
        let left = max(.milliseconds(1), deadline - .now).components
        var time = timeval()
        time.tv_sec = .init(left.seconds)
        time.tv_usec = .init(left.attoseconds / 1_000_000_000_000)
        setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    private func failure(_ what: String, _ code: Int32) -> HealthError {
        // What the system calls these after a time limit is "try again" and "in progress".
        let late = [EAGAIN, EINPROGRESS, ETIMEDOUT].contains(code)
        let reason = late ? "not within \(timeout)" : String(cString: strerror(code))
        return HealthError("\(what) on \(host) port \(port): \(reason)")
    }
}

/// The system calls, whose names a method here would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
