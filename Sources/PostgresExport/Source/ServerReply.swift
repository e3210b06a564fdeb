import NIOHTTP1

/// What a server answered.
struct ServerReply: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
}
