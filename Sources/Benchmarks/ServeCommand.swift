import ArgumentParser
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A bare HTTP server on SwiftNIO: the most that GET can reach with NIO's own codec on this machine.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer every request of HTTP/1.1 with the same bytes; no login, no store, one event loop a core.",
        discussion: "Prints its port, which the system chooses, and ends by itself."
    )

    @Argument(help: "The body of each answer, in JSON.")
    var body: String

    @Option(help: "A header of each answer as NAME:VALUE; may be given again.")
    var header: [String] = []

    @Option(help: "Seconds after which it ends.")
    var seconds = 900

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let (head, body) = (try responseHead(), ByteBuffer(string: body))
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: false,
                        withErrorHandling: false
                    )
                    try pipeline.addHandler(FixedResponseHandler(head: head, body: body))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        print(#"{"port":\#(channel.localAddress?.port ?? 0)}"#)
        fflush(nil)
        try await Task.sleep(for: .seconds(seconds))
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private func responseHead() throws -> HTTPResponseHead {
        var headers = HTTPHeaders()
        for line in header {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { throw ValidationError("--header \(line) has no colon: give NAME:VALUE") }
            headers.add(name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
        }
        if !headers.contains(name: "Content-Length") {
            headers.add(name: "Content-Length", value: String(body.utf8.count))
        }
        return HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
    }
}
