package import NIOCore
package import NIOHTTP1
package import NIOPosix
package import NIOSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How a program reaches a server: by which address, over TLS or not, and with whose credentials.
package struct ServerConnector: Sendable {
    package let address: ServerAddress
    private let authorization: String
    private let userAgent: String
    private let tls: NIOSSLContext?

    private static let connectTimeout = TimeAmount.seconds(10)

    /// - Parameters:
    ///   - authorization: the value of that header.
    ///   - userAgent: the program's name.
    ///   - tls: how TLS is spoken; for an address without it `nil`.
    package init(_ address: ServerAddress, authorization: String, userAgent: String, tls: NIOSSLContext?) {
        self.address = address
        self.authorization = authorization
        self.userAgent = userAgent
        self.tls = tls
    }

    /// The header's value for a name and a password (RFC 7617).
    package static func basic(user: String, password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    /// A bootstrap that gives up after ten seconds.
    package func bootstrap(on group: any EventLoopGroup) -> ClientBootstrap {
        ClientBootstrap(group: group).connectTimeout(Self.connectTimeout)
    }

    /// Adds what makes a connection speak HTTP/1.1 with the server. To be called on its event loop.
    package func addHandlers(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: hostName)) }
        try pipeline.addHTTPClientHandlers()
    }

    /// The head of a request for a path of the interface, on a connection that is not used again.
    package func get(_ path: String, accept: String) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: address.path + path,
            headers: [
                "Host": address.authority, "Authorization": authorization, "Accept": accept, "Connection": "close",
                "User-Agent": userAgent,
            ]
        )
    }

    /// The name to be verified; an address is verified by itself.
    private var hostName: String? {
        (try? SocketAddress(ipAddress: address.host, port: address.port)) == nil ? address.host : nil
    }
}
