import NIOCore
import NIOHTTP1
import NIOPosix
import ServerAccess

/// Asks a server, one question at a time. All calls block, and none may come from an event loop.
///
/// Each question has a connection of its own: a page of a thousand entries costs much more than that.
struct ServerClient: Sendable {
    private let connector: ServerConnector

    private var address: ServerAddress { connector.address }

    /// For a whole answer.
    private static let answerTimeout = TimeAmount.seconds(120)

    /// - Parameter authorities: certificates as PEM that are trusted instead of the system's.
    /// - Throws: ``ServerError`` when TLS cannot be set up.
    init(_ address: ServerAddress, user: String, password: String, authorities: String?) throws(ServerError) {
        connector = ServerConnector(
            address,
            authorization: ServerConnector.basic(user: user, password: password),
            userAgent: "profile-export",
            tls: address.isSecure ? try ServerTLS.context(authorities: authorities) : nil
        )
    }

    /// Asks for a path of the interface.
    ///
    /// - Throws: ``ServerError`` for anything but 200.
    func get(_ path: String, accept: String = "application/json") throws(ServerError) -> ServerReply {
        let reply: ServerReply
        do {
            reply = try ask(path, accept).wait()
        } catch let error as ServerError {
            throw ServerError(error.kind, "\(address): \(error)")
        } catch {
            throw ServerError(.unavailable, "\(address): \(Self.text(error))")
        }
        switch reply.status {
        case 200: return reply
        case 401: throw ServerError(.denied, "\(address) does not know this user or password")
        case 403:
            throw ServerError(.denied, "\(address): the user may not read the audit trail (role auditor or admin)")
        case 429, 500...: throw ServerError(.unavailable, "\(address) answers \(reply.status) to \(path)")
        default: throw ServerError(.refused, "\(address) answers \(reply.status) to \(path)")
        }
    }

    private func ask(_ path: String, _ accept: String) throws -> EventLoopFuture<ServerReply> {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: ServerReply.self)
        let channel = connector.bootstrap(on: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try connector.addHandlers(to: channel)
                    try channel.pipeline.syncOperations.addHandler(ReplyCollector(promise))
                }
            }
            .connect(host: address.host, port: address.port)
        let timeout = loop.scheduleTask(in: Self.answerTimeout) {
            promise.fail(ServerError(.unavailable, "no answer came in time"))
        }
        channel.whenFailure { promise.fail($0) }
        channel.whenSuccess { channel in
            let head = connector.get(path, accept: accept)
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
            promise.futureResult.whenComplete { _ in
                timeout.cancel()
                channel.close(promise: nil)
            }
        }
        return promise.futureResult
    }

    private static func text(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        if let cause = error.connectionErrors.first { return "\(cause.error)" }
        return "the host name \(error.host) cannot be resolved"
    }
}
