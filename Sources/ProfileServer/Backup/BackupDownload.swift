import NIOCore
import NIOHTTP1
import NIOPosix
import ServerAccess
import ToolConsole

/// Fetches the archive of a backup and hands it on while it comes.
struct BackupDownload: Sendable {
    let connector: ServerConnector
    /// The free bytes of the disk that the backup goes to; `nil` when the system does not say.
    let room: UInt64?

    private typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// After so long without a byte the server is given up.
    private static let silenceLimit = TimeAmount.seconds(120)

    /// - Throws: ``BackupError`` unless all of the archive came.
    func run(into unpacker: TarUnpacker) async throws {
        let stream: Stream
        do {
            stream = try await connect()
        } catch {
            throw BackupError("\(connector.address): \(Self.text(error))")
        }
        try await stream.executeThenClose { inbound, outbound in
            do {
                // Together: a server may answer and close as soon as it has the head.
                let head = connector.get("/admin/backup", accept: "application/x-tar")
                try await outbound.write(contentsOf: [.head(head), .end(nil)])
                try await receive(inbound, unpacker)
            } catch let error as BackupError {
                throw error
            } catch {
                throw BackupError("\(connector.address): the backup broke off: \(error)")
            }
        }
    }

    private func connect() async throws -> Stream {
        let connector = connector
        return try await connector.bootstrap(on: MultiThreadedEventLoopGroup.singleton)
            .connect(host: connector.address.host, port: connector.address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: Self.silenceLimit))
                    try pipeline.addHandler(SilenceEnder())
                    try connector.addHandlers(to: channel)
                    return try Stream(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// The size that the server announces, which bounds what is taken.
    private func size(_ head: HTTPResponseHead) throws -> UInt64 {
        guard !head.headers.contains(name: "Transfer-Encoding"), head.headers["Content-Length"].count == 1,
            let size = head.headers.first(name: "Content-Length").flatMap({ UInt64($0) })
        else {
            throw BackupError("\(connector.address) does not announce the size of the backup (Content-Length)")
        }
        if let room, size > room {
            throw BackupError(
                "the backup of \(Amount.bytes(size)) needs more room than the disk has (\(Amount.bytes(room)) free): "
                    + "remove what is not needed there, or give another folder with --to"
            )
        }
        return size
    }

    private func receive(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ first: TarUnpacker)
        async throws
    {
        var unpacker = first
        var rest: UInt64 = 0
        var pace = DownloadPace(start: .now)
        for try await part in inbound {
            switch part {
            case .head(let head):
                guard head.status == .ok else { throw refusal(head.status) }
                guard head.headers.first(name: "Content-Type") == "application/x-tar" else {
                    throw BackupError("\(connector.address) does not answer with an archive")
                }
                rest = try size(head)
            case .body(let buffer):
                guard buffer.readableBytes <= rest else {
                    throw BackupError("\(connector.address) sends more than it announced")
                }
                rest -= UInt64(buffer.readableBytes)
                guard pace.isFastEnough(after: buffer.readableBytes, at: .now) else {
                    throw BackupError("\(connector.address): the backup comes too slowly: \(DownloadPace.rule)")
                }
                let before = unpacker
                unpacker = try await NIOThreadPool.singleton.runIfActive {
                    var unpacker = before
                    try unpacker.take(Array(buffer.readableBytesView))
                    return unpacker
                }
            case .end:
                let whole = unpacker
                try await NIOThreadPool.singleton.runIfActive { try whole.finish() }
                return
            }
        }
        throw BackupError("\(connector.address): the backup broke off before its end; the server's log tells why")
    }

    private func refusal(_ status: HTTPResponseStatus) -> BackupError {
        switch status.code {
        case 401: BackupError("\(connector.address) does not know this login")
        case 403: BackupError("\(connector.address): only an administrator may take a backup")
        default: BackupError("\(connector.address) answers \(status.code)")
        }
    }

    private static func text(_ error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        return error.connectionErrors.first.map { "\($0.error)" } ?? "the host name \(error.host) cannot be resolved"
    }
}

/// Closes a connection on which nothing happens any more.
private final class SilenceEnder: ChannelInboundHandler {
    typealias InboundIn = Any

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
