import NIOCore
import NIOPosix
import NIOSSL
import ProfileAPI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One request for `/health/ready`, over a connection of its own.
struct ReadinessRequest {
    private let host: String
    private let port: Int
    private let isSecure: Bool
    private let timeout: Duration

    /// - Throws: ``HealthError`` when the settings do not say which port the server has.
    init(settings: ServerSettings, timeout: Duration) throws(HealthError) {
        guard settings.port != 0 else {
            throw HealthError("\(SettingName.port.rawValue) is 0: say with --port which port the server got")
        }
        // A server that listens on all addresses is reached on this one.
        host = ["0.0.0.0": "127.0.0.1", "::": "::1"][settings.host] ?? settings.host
        port = settings.port
        isSecure = settings.certificate != nil
        self.timeout = timeout
    }

    /// Asks and waits for the answer.
    ///
    /// - Throws: ``HealthError`` when there is no server, or no answer in time.
    func send() async throws(HealthError) -> ReadinessAnswer {
        let bytes: [UInt8]
        do {
            bytes = try await ask().get()
        } catch {
            throw failure(error)
        }
        return try ReadinessAnswer(bytes)
    }

    private func ask() throws -> EventLoopFuture<[UInt8]> {
        let time = TimeAmount(timeout)
        let tls = isSecure ? try Self.unverified() : nil
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: [UInt8].self)
        let late = loop.scheduleTask(in: time) { promise.fail(Late()) }
        ClientBootstrap(group: loop)
            .connectTimeout(time)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil)) }
                    try pipeline.addHandler(ReadinessCollector(promise))
                }
            }
            .connect(host: host, port: port)
            .whenFailure { promise.fail($0) }
        promise.futureResult.whenComplete { _ in late.cancel() }
        return promise.futureResult
    }

    /// Who answers is known by where it is, and no secret is told.
    private static func unverified() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return try NIOSSLContext(configuration: configuration)
    }

    private func failure(_ error: any Error) -> HealthError {
        let reason: String
        switch error {
        case is Late, is ChannelError: reason = "not within \(timeout)"
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else {
                return HealthError("\(host) is no address and no known name")
            }
            return failure(first)
        case let error as IOError: reason = String(cString: strerror(error.errnoCode))
        default: reason = "\(error)"
        }
        return HealthError("no server answers on \(host) port \(port): \(reason)")
    }

    /// The time is over.
    private struct Late: Error {}
}
